import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a run of the installed program ended. */
export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A run that is under way. */
export type Running = { readonly pid: number; readonly kill: () => void; readonly ended: Promise<Ended> };

/** Where and with what the program runs. */
export type Place = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** The program as a user has it: unpacked from its tarball, found by its name. */
export type Installed = {
  /** The folder of the commands, for `PATH`. */
  readonly bin: string;
  readonly tarball: string;
  readonly start: (args: readonly string[], place: Place) => Running;
  readonly run: (args: readonly string[], place: Place) => Promise<Ended>;
};

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MOST_TEXT = 4 * 1024 * 1024;

/**
 * Packs the built program with npm and unpacks the tarball into a prefix below `folder`, which is what an
 * installation without network comes to: the package has no runtime dependencies. Nothing of this
 * repository is on the path of what runs afterwards.
 */
export function installTarball(folder: string): Installed {
  const packed = join(folder, "packed");
  const prefix = join(folder, "prefix");
  const home = join(prefix, "lib", "node_modules", "breakwater");
  const bin = join(prefix, "bin");
  for (const each of [packed, home, bin]) mkdirSync(each, { recursive: true });
  const cli = join(ROOT, "packages", "cli");
  tool("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", packed], cli);
  const [tarball] = readdirSync(packed).filter((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`Packing ${cli}: no tarball came out`);
  tool("tar", ["-xzf", join(packed, tarball), "--strip-components=1", "-C", home], packed);
  if (existsSync(join(home, "node_modules"))) throw new Error(`Unpacking ${tarball}: it brings dependencies`);
  symlinkSync(join(home, "bin", "breakwater.cjs"), join(bin, "breakwater"));
  const start: Installed["start"] = (args, place) => startProgram(join(bin, "breakwater"), args, place);
  return { bin, tarball, start, run: (args, place) => start(args, place).ended };
}

/** Runs a tool of the harness to its end; gives its stdout and throws where it fails. */
export function tool(file: string, args: readonly string[], cwd: string, env = process.env): string {
  const child = spawnSync(file, [...args], { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (child.status === 0) return child.stdout;
  const said = `${child.stdout}${child.stderr}`.slice(-2000) || String(child.error);
  throw new Error(`Running ${file} ${args.join(" ")} in ${cwd}: ${said}`);
}

/** Git of the harness reads no configuration but that of the repository. */
export function gitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
}

/** The folders of a user of the harness; all that a session leaves must be found in them. */
export type UserFolders = {
  readonly home: string;
  readonly state: string;
  readonly temporary: string;
  readonly runtime: string;
};

/** Makes the folders of a user below `folder`. */
export function makeUserFolders(folder: string): UserFolders {
  const folders = {
    home: join(folder, "home"),
    state: join(folder, "state"),
    temporary: join(folder, "tmp"),
    runtime: join(folder, "run"),
  };
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true, mode: 0o700 });
  return folders;
}

/** The whole environment of that user, with the installed program on its path. */
export function environmentOf(folders: UserFolders, bin: string): Readonly<Record<string, string>> {
  return {
    PATH: [bin, process.env["PATH"] ?? ""].join(delimiter),
    HOME: folders.home,
    XDG_STATE_HOME: folders.state,
    XDG_RUNTIME_DIR: folders.runtime,
    TMPDIR: folders.temporary,
    LC_ALL: "C.UTF-8",
    NO_COLOR: "1",
  };
}

function startProgram(file: string, args: readonly string[], { cwd, env }: Place): Running {
  const child = spawn(file, [...args], { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]
      .on("error", () => {})
      .on("data", (chunk: Buffer) => {
        text[name] = (text[name] + chunk.toString("utf8")).slice(-MOST_TEXT);
      });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`Starting ${file}: ${cause.message}`)));
    // A killed coordinator leaves agents behind that may hold its pipes: the exit counts, not the close.
    child.once("exit", (code, signal) => setImmediate(() => resolve({ code, signal, ...text })));
  });
  return { pid: child.pid ?? 0, kill: () => void child.kill("SIGKILL"), ended };
}
