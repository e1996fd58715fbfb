import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells one process from every other one that ever had its pid: the pid itself, the boot it lives in
 * and the moment it started. `bootId` and `startTime` are opaque texts, compared byte by byte; an empty
 * text means that this machine could not tell.
 */
export type ProcessIdentity = {
  readonly pid: number;
  readonly bootId: string;
  readonly startTime: string;
};

/** `unknown` is never to be read as `dead`: the process may live where this machine cannot look. */
export type Liveness = "alive" | "dead" | "unknown";

/** What the process table says about a pid; `gone` when nothing has it or only a zombie does. */
type ProcessEntry =
  | { readonly kind: "running"; readonly startTime: string }
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable" };

/** The identity of a running process; of a process that is gone, the identity has an empty `startTime`. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, bootId: readBootId(), startTime: readProcessStart(pid) ?? "" };
}

/**
 * Whether exactly this process still runs on this machine. A reused pid, a zombie and another boot are
 * `dead`; an identity that lacks its boot or start, or a process table that cannot be read, is `unknown`.
 * Boots are told apart by their id alone, so an identity of another host also reads as another boot: who
 * shares a folder between hosts must compare host names first.
 */
export function isSameProcessAlive(identity: ProcessIdentity): Liveness {
  const bootId = readBootId();
  if (bootId === "" || identity.bootId === "") return "unknown";
  if (bootId !== identity.bootId) return "dead";
  const entry = readEntry(identity.pid);
  if (entry.kind === "gone") return "dead";
  if (entry.kind === "unreadable" || identity.startTime === "") return "unknown";
  return entry.startTime === identity.startTime ? "alive" : "dead";
}

/** The id of the present boot, or `""` where it cannot be read. Read once: it cannot change under us. */
export function readBootId(): string {
  bootIdOfThisMachine ??= process.platform === "linux" ? linuxBootId() : darwinBootId();
  return bootIdOfThisMachine;
}

/** When a process started, as an opaque text, or `undefined` when no running process has the pid. */
export function readProcessStart(pid: number): string | undefined {
  const entry = readEntry(pid);
  return entry.kind === "running" ? entry.startTime : undefined;
}

/**
 * Reads the state and the start time (clock ticks since boot) out of the text of `/proc/<pid>/stat`.
 * The second field is the program's name in parentheses and may itself hold spaces and parentheses, so
 * fields are counted from the last closing one. `undefined` when the text has another shape.
 */
export function parseProcStat(
  text: string,
): { readonly state: string; readonly startTime: string } | undefined {
  const fields = text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(/\s+/);
  const state = fields[0];
  const startTime = fields[22 - 3];
  if (state === undefined || startTime === undefined || !/^\d+$/.test(startTime)) return undefined;
  return { state, startTime };
}

let bootIdOfThisMachine: string | undefined;

function readEntry(pid: number): ProcessEntry {
  if (!Number.isSafeInteger(pid) || pid <= 0) return { kind: "gone" };
  return process.platform === "linux" ? linuxEntry(pid) : psEntry(pid);
}

function linuxEntry(pid: number): ProcessEntry {
  try {
    const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (stat === undefined) return { kind: "unreadable" };
    if (stat.state === "Z" || stat.state === "X") return { kind: "gone" };
    return { kind: "running", startTime: stat.startTime };
  } catch (cause) {
    // ESRCH: the process went away between open and read. ENOENT also means "hidden" under hidepid,
    // where the folder of a foreign process does not exist for us; a signal 0 tells the two apart.
    if (hasCode(cause, "ESRCH")) return { kind: "gone" };
    return hasCode(cause, "ENOENT") && !answersSignals(pid) ? { kind: "gone" } : { kind: "unreadable" };
  }
}

function psEntry(pid: number): ProcessEntry {
  const shown = runBriefly("ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
  if (shown === undefined) return { kind: "unreadable" };
  const [state, ...start] = shown.trim().split(/\s+/);
  if (state === undefined || state === "")
    return answersSignals(pid) ? { kind: "unreadable" } : { kind: "gone" };
  if (state.startsWith("Z")) return { kind: "gone" };
  return start.length === 0 ? { kind: "unreadable" } : { kind: "running", startTime: start.join(" ") };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return !hasCode(cause, "ESRCH");
  }
}

function linuxBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** macOS has a UUID per boot in `kern.bootsessionuuid`. */
function darwinBootId(): string {
  return runBriefly("sysctl", ["-n", "kern.bootsessionuuid"])?.trim() ?? "";
}

/** Standard output of a short-lived system tool, or `undefined` when it could not run. */
function runBriefly(file: string, args: readonly string[]): string | undefined {
  const child = spawnSync(file, args, {
    cwd: "/",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" },
    encoding: "utf8",
    timeout: 5_000,
    maxBuffer: 64 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return child.error === undefined && typeof child.stdout === "string" ? child.stdout : undefined;
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}
