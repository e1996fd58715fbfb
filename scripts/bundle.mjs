// Bundles the command line into packages/cli/dist: one small entry, and chunks that are loaded when a
// command needs them. The result has no runtime dependency but Node. An argument names another folder.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cli = join(root, "packages", "cli");
const elsewhere = process.argv[2];
const dist = elsewhere ?? join(cli, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const common = {
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  external: [/^node:/],
  resolve: {
    alias: { "@modelcontextprotocol/server/_shims": join(cli, "src", "mcp", "library-platform.ts") },
  },
  tsconfig: join(root, "tsconfig.base.json"),
  transform: { define: { "process.env.NODE_ENV": '"production"' } },
  onLog(level, log, report) {
    if (level === "warn" && log.code !== "EVAL") report("error", log);
  },
};
const written = {
  dir: dist,
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
};

const bundle = await rolldown({
  ...common,
  input: { main: join(cli, "src", "main.ts") },
});
const folding = await modulesOfFolding();
await bundle.write({
  ...written,
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ name: "fold", test: (id) => folding.has(id) }],
  },
});
await bundle.close();

// Started before every tool call of a client with hooks: one file, and apart from the rest, whose chunks lead
// to the program itself. What it needs only outside of an attempt lies in files of its own.
const hook = await rolldown({ ...common, input: { hook: join(cli, "src", "hook", "main.ts") } });
// It never shows a stack, so its names may be short; it is read before every call.
await hook.write({
  ...written,
  chunkFileNames: "hook-[name]-[hash].cjs",
  minify: { ...written.minify, mangle: true },
});
await hook.close();

// Asked often and by people who wait: what is answered from a kept glance comes in one small file.
const status = await rolldown({
  ...common,
  input: { status: join(cli, "src", "commands", "status", "quick.ts") },
});
await status.write({ ...written, minify: { ...written.minify, mangle: true } });
await status.close();

writeFileSync(join(dist, "errors.json"), JSON.stringify(errorPages()));
if (elsewhere === undefined) {
  for (const file of ["README.md", "LICENSE"]) cpSync(join(root, file), join(cli, file));
  rmSync(join(cli, "plugins"), { recursive: true, force: true });
  cpSync(join(root, "plugins"), join(cli, "plugins"), { recursive: true });
}

/**
 * The modules that folding a session for `status` needs, so that they come in one file: opening many small ones
 * takes longer than reading them. What the help needs, too, stays apart from them. They are found by bundling
 * once without regard to it.
 */
async function modulesOfFolding() {
  const { output } = await bundle.generate({ format: "cjs" });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const has = (chunk, end) => chunk.moduleIds?.some((id) => id.endsWith(end));
  const modulesOf = (ends) => {
    const found = new Set();
    const follow = (name) => {
      const chunk = chunks.get(name);
      if (chunk?.moduleIds === undefined || has(chunk, "/src/main.ts")) return;
      if (chunk.moduleIds.every((id) => found.has(id))) return;
      for (const id of chunk.moduleIds) found.add(id);
      chunk.imports.forEach(follow);
    };
    for (const end of ends) follow(output.find((chunk) => has(chunk, end))?.fileName);
    return found;
  };
  const help = modulesOf(["/help/program-help.ts"]);
  const needed = modulesOf(["/src/run-program.ts", "/commands/status/run.ts"]);
  return new Set([...needed].filter((id) => !help.has(id)));
}

/** The pages of docs/errors by code, so that `explain` works without the repository. */
function errorPages() {
  const folder = join(root, "docs", "errors");
  const pages = readdirSync(folder).filter((name) => /^BW\d+\.md$/.test(name));
  return Object.fromEntries(
    pages.map((name) => [name.slice(0, -3), readFileSync(join(folder, name), "utf8")]),
  );
}
