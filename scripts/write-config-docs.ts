import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema, configTable } from "@breakwater/node";

/** Writes the tables of `docs/spec/config.md` and its JSON schema from the keys that the reader uses. */
const docs = join(import.meta.dirname, "../docs/spec");
const page = join(docs, "config.md");
const text = readFileSync(page, "utf8");
const [before = "", rest = ""] = text.split("<!-- keys -->\n", 2);
const after = rest.slice(rest.indexOf("<!-- end of keys -->"));
writeFileSync(page, `${before}<!-- keys -->\n\n${configTable()}\n\n${after}`);
writeFileSync(join(docs, "config.schema.json"), `${JSON.stringify(configSchema(), null, 2)}\n`);
