import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { clientsFolder } from "./real-client.ts";
import { writeScratchFiles } from "./scratch-repository.ts";

/** A user with a home, a repository in it, secrets beside it, and clients where installers put them. */
export type UserHome = {
  readonly home: string;
  readonly checkout: string;
  /** The folders of the user's programs, then those of the system. */
  readonly path: string;
  readonly git: (...args: readonly string[]) => string;
  readonly dispose: () => void;
};

/** Where a client is installed in a home; each is where one of the usual installers puts it. */
export type ClientHabit = "npm-global" | "nvm" | "version-link" | "local-link" | "project";

/** What of a home no agent may see. */
export const HOME_SECRETS: Readonly<Record<string, string>> = {
  ".ssh/id_ed25519": "home-secret\n",
  ".npmrc": "home-secret\n",
  ".config/gh/hosts.yml": "home-secret\n",
  "other/notes.txt": "home-secret\n",
};

/**
 * Makes such a home beside the real one, since what lies below the temporary folder is walled otherwise. The
 * programs of clients are names of the installed files, so nothing is copied.
 */
export function makeUserHome(
  habits: readonly ClientHabit[],
  files: Readonly<Record<string, string>>,
): UserHome {
  const home = realpathSync(mkdtempSync(join(homedir(), ".breakwater-test-")));
  writeScratchFiles(home, HOME_SECRETS);
  const checkout = join(home, "code", "project");
  mkdirSync(checkout, { recursive: true });
  writeScratchFiles(checkout, files);
  const git = (...args: readonly string[]): string => run(home, checkout, ["git", ...args]);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ann");
  git("config", "user.email", "ann@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "First commit");
  const folders = habits.map((habit) => INSTALLERS[habit](home));
  return {
    home,
    checkout,
    path: [...folders, ...SYSTEM].join(delimiter),
    git,
    dispose: () => {
      spawnSync("chmod", ["-R", "u+w", home]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const SYSTEM = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

const INSTALLERS: Readonly<Record<ClientHabit, (home: string) => string>> = {
  "npm-global": (home) => installPrefix(join(home, ".npm-global")),
  nvm: (home) => {
    const prefix = join(home, ".nvm", "versions", "node", process.version);
    const bin = installPrefix(prefix);
    linkFiles(realpathSync(process.execPath), join(bin, "node"));
    return bin;
  },
  "version-link": (home) => {
    const bin = installPrefix(join(home, ".local", "share", "fnm", "v20", "installation"));
    symlinkSync(dirname(dirname(bin)), join(home, "current"));
    return join(home, "current", "installation", "bin");
  },
  "local-link": (home) => {
    installPrefix(join(home, "opt", "clients"));
    const bin = join(home, ".local", "bin");
    mkdirSync(bin, { recursive: true });
    for (const name of ["codex", "gemini"])
      symlinkSync(join(home, "opt", "clients", "bin", name), join(bin, name));
    return bin;
  },
  project: (home) => {
    const folder = join(home, "code", "project", "node_modules");
    linkFiles(modules(), folder);
    return join(folder, ".bin");
  },
};

/** A prefix of `npm install --global`: the packages, and a link to each program. */
function installPrefix(prefix: string): string {
  const [lib, bin] = [join(prefix, "lib"), join(prefix, "bin")];
  for (const each of [lib, bin]) mkdirSync(each, { recursive: true });
  linkFiles(modules(), join(lib, "node_modules"));
  for (const name of readdirSync(join(modules(), ".bin"))) {
    const target = realpathSync(join(modules(), ".bin", name)).slice(modules().length);
    symlinkSync(join("..", "lib", "node_modules", target), join(bin, name));
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

function modules(): string {
  return realpathSync(join(clientsFolder(), "node_modules"));
}

/** Another name for the same files where the disk allows it, else a copy. */
function linkFiles(from: string, to: string): void {
  const linked = spawnSync("cp", ["-al", from, to]);
  if (linked.status === 0) return;
  rmSync(to, { recursive: true, force: true });
  run(dirname(to), dirname(to), ["cp", "-a", from, to]);
}

function run(home: string, cwd: string, [file = "", ...args]: readonly string[]): string {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1" };
  const child = spawnSync(file, args, { cwd, env, encoding: "utf8" });
  if (child.status === 0) return child.stdout;
  throw new Error(`Running ${file} ${args.join(" ")} in ${cwd}: ${child.stderr || String(child.error)}`);
}
