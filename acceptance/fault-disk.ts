import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { succeeds, type Fault, type Stage } from "./fault-stage.ts";

/** Only the superuser may mount a small disk; everybody else gets a limit on the size of files instead. */
export const MAY_MOUNT = mayMount();

/** Faults of disks and permissions. */
export function diskFaults(): readonly Fault[] {
  return [
    ...(MAY_MOUNT ? [fullControlFolder, fullStateHome, readOnlyMidway].map(isLong) : []),
    quota,
    readOnlyStateHome,
    permissionLost,
  ];
}

function isLong(fault: Fault): Fault {
  return { ...fault, long: true };
}

const fullControlFolder: Fault = {
  name: "disk full under the journal",
  ends: ["BW503", "done"],
  exits: [8, 0],
  play: async ({ trial, begin, resume, finish }) => {
    const disk = join(trial.scratch.root, ".orchestrator");
    mount(disk);
    const fill = join(disk, "fill");
    await finish(begin([{ sneak: fillingUp(fill) }]));
    rmSync(fill);
    await finish(resume());
  },
};

/** What is under way may still end well; nothing new can begin. */
const fullStateHome: Fault = {
  name: "disk full under the workspaces",
  ends: [/^T1 (?:done|carried), T2 carried$/u, "done"],
  exits: [4, 0],
  play: async (stage) => {
    const disk = stateHome(stage);
    mount(disk);
    const fill = join(disk, "fill");
    const first = [{ write: "src/a", content: "2\n" }, { sneak: fillingUp(fill) }, { report: "done" }];
    await stage.finish(stage.begin(first, { oneByOne: true }));
    rmSync(fill);
    await stage.makeUp();
  },
};

const readOnlyMidway: Fault = {
  name: "state home read-only while an agent runs",
  ends: ["T1 carried, T2 carried", "done"],
  exits: [4, 0],
  play: async (stage) => {
    const { steering, begin, finish, makeUp } = stage;
    const disk = stateHome(stage);
    mount(disk);
    const first = [{ write: "src/a", content: "2\n" }, { wait: "read-only" }, { report: "done" }];
    const holder = begin(first, { oneByOne: true });
    await steering.arrived("read-only");
    remount(disk, "ro");
    steering.release("read-only");
    await finish(holder);
    remount(disk, "rw");
    await makeUp();
  },
};

const quota: Fault = {
  name: "limit on the size of files (RLIMIT_FSIZE)",
  ends: ["BW503", "done"],
  exits: [8, 0],
  play: async ({ begin, resume, finish }) => {
    await finish(begin([], { launcher: ["sh", "-c", 'ulimit -f 16; exec "$@"', "limited"] }));
    await finish(resume());
  },
};

const readOnlyStateHome: Fault = {
  name: "state home read-only from the start",
  ends: ["BW451"],
  exits: [3],
  starts: 0,
  play: async (stage) => {
    const disk = stateHome(stage);
    mkdirSync(disk, { recursive: true });
    chmodSync(disk, 0o500);
    await stage.finish(stage.begin([], { launcher: withoutPrivileges() }));
    chmodSync(disk, 0o700);
  },
};

const permissionLost: Fault = {
  name: "permission on git's objects lost while an agent runs",
  ends: ["parked environment, done"],
  exits: [0],
  play: async ({ trial, begin, finish }) => {
    const objects = join(trial.scratch.root, ".git", "objects");
    const mode = (bits: string): string => `find '${objects}' -type d -exec chmod ${bits} {} +`;
    const first = [{ write: "src/a", content: "2\n" }, { sneak: mode("500") }, { report: "done" }];
    const holder = begin(first, { launcher: withoutPrivileges() });
    await finish(holder, () => void succeeds("sh", "-c", mode("755")));
  },
};

function stateHome({ trial }: Stage): string {
  return join(trial.scratch.home, "state");
}

/** A disk of two megabytes. */
function mount(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (!succeeds("mount", "-t", "tmpfs", "-o", "size=2m", "none", folder))
    throw new Error(`Mounting a small disk at ${folder}: it was refused`);
}

function remount(folder: string, how: "ro" | "rw"): void {
  if (!succeeds("mount", "-o", `remount,${how}`, folder))
    throw new Error(`Mounting ${folder} ${how}: it was refused`);
}

/** Takes every free byte. */
function fillingUp(file: string): string {
  return `dd if=/dev/zero of='${file}' bs=4k 2>/dev/null; cat /dev/zero >> '${file}' 2>/dev/null; true`;
}

/** Permissions do not bind the superuser, so it lays its privileges down. */
function withoutPrivileges(): readonly string[] {
  return process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
}

function mayMount(): boolean {
  const folder = `/tmp/breakwater-mount-${process.pid}`;
  mkdirSync(folder);
  const mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder);
  if (mounted) succeeds("umount", folder);
  rmSync(folder, { recursive: true });
  return mounted;
}
