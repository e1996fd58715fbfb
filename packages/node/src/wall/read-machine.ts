import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { liesIn, outermost } from "./wall-shape.ts";
import type { WallMachine } from "./wall-profile.ts";

/** Where to look; `env` is the environment whose PATH and HOME the processes inside will have. */
export type MachineQuestion = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files and folders of our own program that run inside. */
  readonly program: readonly string[];
};

/**
 * Looks at what a wall must hide on this machine and what programs need all the same. A few system calls,
 * no child process, never throws.
 */
export function readMachine({ env, program }: MachineQuestion): WallMachine {
  const home = ownHome(env["HOME"] ?? homedir());
  const shared = outermost(realFolders(["/tmp", "/var/tmp", tmpdir()])).filter(isNoRoot);
  const sockets = realFolders(["/run"]);
  const secretFolders = realFolders(SECRET_FOLDERS).filter((path) => path !== home && isReadable(path));
  const hidden = [...shared, ...sockets, ...secretFolders, ...(home === undefined ? [] : [home])];
  const needed = [...toolFolders(env["PATH"] ?? "", home), "/etc/resolv.conf", process.execPath, ...program];
  const tools = needed
    .map(realPath)
    .filter((path) => path !== undefined)
    .filter((path) => hidden.some((folder) => path !== folder && liesIn(path, folder)));
  const secretFiles = SECRET_FILES.filter(isReadable);
  return {
    ...(home === undefined ? {} : { home }),
    shared,
    sockets,
    secretFiles,
    secretFolders,
    kernel: process.getuid?.() === 0 ? KERNEL.filter((path) => realPath(path) !== undefined) : [],
    tools: outermost(tools),
    packages: home === undefined ? [] : realFolders(FETCHED.map((each) => join(home, each))),
  };
}

/** Where package managers keep what they fetched; sign-ins and settings lie beside these folders, not in them. */
const FETCHED = [
  ".cargo/git",
  ".cargo/registry",
  ".composer/cache",
  ".gradle/caches/modules-2",
  ".m2/repository",
  ".nuget/packages",
  ".cache/ms-playwright",
  ".cache/pip",
  ".cache/uv",
  "go/pkg/mod",
];

/** Secrets of the system that only root can read; for others their modes hold. Homes of others beside them. */
const SECRET_FILES = ["/etc/shadow", "/etc/gshadow"];
const SECRET_FOLDERS = ["/home", "/root", "/etc/ssh"];

/** Root needs no capability to write these. */
const KERNEL = ["/proc/sys", "/proc/sysrq-trigger"];

/** A home that is the root or holds programs of the system cannot be put aside. */
function ownHome(path: string): string | undefined {
  const real = isAbsolute(path) ? realFolders([path])[0] : undefined;
  if (real === undefined || !isNoRoot(real)) return undefined;
  return ["/usr/bin", "/etc", "/dev", "/proc"].some((folder) => liesIn(folder, real)) ? undefined : real;
}

function isNoRoot(path: string): boolean {
  return path !== "/" && !["/usr", "/etc", "/bin", "/lib"].includes(path);
}

/** Folders under a home whose neighbours are secrets or private, so that only they themselves are shown. */
const LONELY = [".local", ".cargo", ".config"];

/** What a folder on PATH stands for: its installation, where it is the `bin` of one. */
function toolFolders(path: string, home: string | undefined): readonly string[] {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !/node_modules/.test(folder));
  if (home === undefined) return folders;
  return folders.flatMap((folder) => {
    const real = realPath(folder);
    if (real === undefined || !liesIn(real, home)) return [folder];
    if (!["bin", "sbin", "shims"].includes(basename(real))) return [real];
    const parent = dirname(real);
    if (parent === home) return [real];
    if (!LONELY.includes(basename(parent))) return [parent];
    return [real, ...companions(basename(parent), home)];
  });
}

function companions(name: string, home: string): readonly string[] {
  if (name === ".cargo") return [join(home, ".rustup")];
  if (name !== ".local") return [];
  return [
    "lib",
    "share/claude",
    "share/cursor-agent",
    "share/pipx",
    "share/uv",
    "share/pnpm",
    "share/mise",
  ].map((each) => join(home, ".local", each));
}

function realFolders(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map(realPath).filter((path) => path !== undefined))].filter((path) => {
    try {
      return statSync(path).isDirectory();
    } catch {
      return false;
    }
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
