// Installs the real agent clients of acceptance/clients into .clients, which git ignores. They are the tests'
// own: never a dependency of the workspace, never bundled. BREAKWATER_CLIENTS names another folder, so that
// several checkouts can share one. With --ran FILE it installs nothing: it reads the list that the tests wrote
// of clients that really ran, and fails below two. It has no dependency.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "acceptance", "clients");
const folder = resolve(process.env.BREAKWATER_CLIENTS ?? join(root, ".clients"));
const FEWEST = 2;

const [option, file] = process.argv.slice(2);
if (option === "--ran") checkRan(file ?? "");
else install();

function install() {
  const lock = readFileSync(join(source, "package-lock.json"), "utf8");
  const stamp = join(folder, "installed-lock.json");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    mkdirSync(folder, { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(source, name), join(folder, name));
    npmInstall();
    writeFileSync(stamp, lock);
  }
  const found = clients().map((client) => ({ ...client, version: versionOf(client) }));
  for (const { name, version } of found)
    process.stdout.write(`client ${name}: ${version ?? "does not run here"}\n`);
  const usable = found.filter(({ version }) => version !== undefined);
  if (usable.length < FEWEST) stop(`only ${usable.length} of ${found.length} clients run here`);
}

/** Install scripts stay off: the clients bring their programs as packages and work without. */
function npmInstall() {
  process.stderr.write(`installing agent clients into ${folder} (about 1.2 GB) …\n`);
  const done = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (done.status !== 0) stop(`npm ci in ${folder} ended with ${done.status ?? done.signal}`);
}

/** Where each client lies in the folder; `clientProgram` in packages/testkit knows the same places. */
function clients() {
  const modules = join(folder, "node_modules");
  const suffix = `${process.platform}-${process.arch}`;
  return [
    { name: "claude", command: [join(modules, "@anthropic-ai", `claude-agent-sdk-${suffix}`, "claude")] },
    { name: "codex", command: [process.execPath, join(modules, "@openai", "codex", "bin", "codex.js")] },
    {
      name: "gemini",
      command: [process.execPath, join(modules, "@google", "gemini-cli", "bundle", "gemini.js")],
    },
  ];
}

function versionOf({ command: [program, ...args] }) {
  const asked = spawnSync(program, [...args, "--version"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  return asked.status === 0 ? asked.stdout.trim().split("\n").at(-1) : undefined;
}

function checkRan(list) {
  const names = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  const ran = [...new Set(names.filter((name) => name !== ""))];
  process.stdout.write(`real clients that ran: ${ran.join(", ") || "none"}\n`);
  if (ran.length < FEWEST) stop(`at least ${FEWEST} real clients must run; ${ran.length} did`);
}

function stop(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
