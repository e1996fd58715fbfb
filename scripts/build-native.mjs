// Compiles every native/<name>.c into packages/cli/dist/native/breakwater-<name>. Where no C compiler is at
// hand, it says so and goes on: what needs the program takes its next best way. In CI that is a failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "native");
const target = process.argv[2] ?? join(root, "packages", "cli", "dist", "native");
const flags = ["-O2", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fstack-protector-strong", "-s"];

if (process.platform !== "linux") leaveOut(`this system is ${process.platform}`);
const compiler = [process.env["CC"], "cc", "gcc", "clang"].find(
  (name) => name !== undefined && spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);
if (compiler === undefined) leaveOut("there is no C compiler");
mkdirSync(target, { recursive: true });
for (const file of readdirSync(sources).filter((name) => name.endsWith(".c"))) {
  const output = join(target, `breakwater-${basename(file, ".c")}`);
  // A static program starts faster and runs on any libc; not every machine can make one.
  const made = compile(file, output, ["-static"]) && compile(file, output, []);
  if (made !== undefined) leaveOut(`${file} does not compile:\n${made}`);
}

/** What the compiler said where it failed. */
function compile(file, output, more) {
  const words = [...flags, ...more, "-o", output, join(sources, file)];
  const run = spawnSync(compiler, words, { cwd: root, encoding: "utf8" });
  return run.status === 0 && existsSync(output) ? undefined : `${run.stdout}${run.stderr}`.trim();
}

function leaveOut(reason) {
  const text = `native programs are left out of this build: ${reason}`;
  process.stderr.write(`${text}\n`);
  process.exit(process.env["CI"] && process.platform === "linux" ? 1 : 0);
}
