import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pluginFiles } from "./plugin/plugin-file.ts";

/** Writes `plugins/` anew from the tables in `scripts/plugin`. */
const root = join(import.meta.dirname, "..");
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(root, "packages/cli/package.json"), "utf8"),
);
rmSync(join(root, "plugins"), { recursive: true, force: true });
for (const [path, text] of pluginFiles(version)) {
  const file = join(root, "plugins", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
