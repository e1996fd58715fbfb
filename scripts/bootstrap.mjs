// Runs on a fresh clone with nothing but Node, npm and git: installs what is missing, builds, and runs
// the demo or the tests. It has no dependency.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const windows = process.platform === "win32";

const STEPS = {
  demo: [["node", join("packages", "cli", "bin", "breakwater.cjs"), "demo"]],
  test: [
    ["npm", "run", "--silent", "check"],
    ["npm", "run", "--silent", "unit"],
  ],
  build: [],
};

const [goal = "", ...rest] = process.argv.slice(2);
const steps = STEPS[goal];
if (steps === undefined) stop(2, `unknown goal "${goal}"; use one of ${Object.keys(STEPS).join(", ")}`);

if (windows) stop(8, "Windows is not supported; use WSL2");
requireNode();
requireGit();
ensureBubblewrap();
installPackages();
run(["npm", "run", "--silent", "build"], { quiet: true, doing: "building" });
for (const step of steps) run(step === steps.at(-1) ? [...step, ...rest] : step, {});

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(8, `Node ${process.versions.node} is too old; install Node 20.19 or newer`);
}

/** Git is the one system package that is needed; it is installed where this may be done without asking. */
function requireGit() {
  if (gitVersion() !== undefined) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("installing git");
    run(["apt-get", "install", "-y", "--no-install-recommends", "git"], {
      quiet: true,
      doing: "installing git",
    });
  }
  if (gitVersion() === undefined) stop(8, "git is missing; install git 2.38 or newer, then run this again");
}

/** Without it there is no wall of mounts; that is said, and in CI it is a failure. */
function ensureBubblewrap() {
  if (process.platform !== "linux" || hasBubblewrap()) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("installing bubblewrap");
    const words = ["install", "-y", "--no-install-recommends", "bubblewrap"];
    const install = () => spawnSync("apt-get", words, { stdio: "ignore" });
    if (install().status !== 0) {
      spawnSync("apt-get", ["update"], { stdio: "ignore" });
      install();
    }
  }
  if (hasBubblewrap()) return;
  if (process.env["CI"]) stop(8, "bubblewrap is missing; in CI the wall must be there to be tested");
  process.stderr.write("bubblewrap is missing: no wall of mounts. Install it: apt-get install bubblewrap\n");
}

function hasBubblewrap() {
  return spawnSync("bwrap", ["--version"], { stdio: "ignore" }).status === 0;
}

function gitVersion() {
  const found = spawnSync("git", ["--version"], { cwd: root, encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function installPackages() {
  const lock = join(root, "package-lock.json");
  const installed = join(root, "node_modules", ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say("installing packages");
  run(["npm", "ci", "--no-audit", "--no-fund"], { quiet: true, doing: "installing packages" });
}

/** Runs one step; a quiet one shows its output only when it fails. */
function run([command, ...args], { quiet = false, doing = command }) {
  const file = command === "node" ? process.execPath : command;
  const result = spawnSync(file, args, {
    cwd: root,
    stdio: quiet ? "pipe" : "inherit",
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  if (result.error !== undefined) stop(1, `${doing}: ${result.error.message}`);
  stop(result.status ?? 1, quiet ? `${doing} failed` : undefined);
}

function say(text) {
  process.stderr.write(`${text} …\n`);
}

function stop(code, text) {
  if (text !== undefined) process.stderr.write(`${text}\n`);
  process.exit(code);
}
