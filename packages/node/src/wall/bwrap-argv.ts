import type { WallPart, WallProfile } from "./wall-profile.ts";

/** How bubblewrap is called. `userNamespace`: also as root, who needs none where he has all capabilities. */
export type BwrapCall = {
  readonly bwrap: string;
  readonly userNamespace: boolean;
  readonly cwd: string;
  /** Who the command sees itself as, where the namespaces around us made us somebody else. */
  readonly identity?: { readonly uid: number; readonly gid: number };
};

/**
 * The arguments that make bubblewrap show a profile to a command. No capabilities, no other processes, no
 * foreign shared memory; everything ends with the process that called it.
 */
export function bwrapArgv(
  profile: WallProfile,
  { bwrap, userNamespace, cwd, identity }: BwrapCall,
): readonly [string, ...string[]] {
  return [
    bwrap,
    ...ALONE,
    ...(userNamespace ? ["--unshare-user"] : []),
    ...(identity === undefined ? [] : ["--uid", String(identity.uid), "--gid", String(identity.gid)]),
    ...(profile.network === "none" ? ["--unshare-net"] : []),
    ...profile.parts.flatMap(partArgs),
    ...DEVICES,
    // Locked last, because bubblewrap makes the places for what lies deeper.
    ...profile.parts.flatMap((part) => (part.kind === "empty" ? ["--remount-ro", part.at] : [])),
    "--chdir",
    cwd,
    "--",
  ];
}

/** No processes, shared memory and names of others, no capabilities, no terminal, and an end with the caller's. */
const ALONE = [
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
  "--cap-drop",
  "ALL",
  "--die-with-parent",
  "--new-session",
];

const DEVICES = ["--dev", "/dev", "--proc", "/proc"];

/** How many mounts show something of the disk; the cost of a start grows with them. */
export function countBinds(profile: WallProfile): number {
  return profile.parts.filter((part) => part.kind !== "scratch" && part.kind !== "empty").length;
}

function partArgs(part: WallPart): readonly string[] {
  switch (part.kind) {
    case "read-only":
      return ["--ro-bind", part.from, part.at];
    case "writable":
      return ["--bind", part.from, part.at];
    case "scratch":
    case "empty":
      return ["--tmpfs", part.at];
    case "blank":
      return ["--ro-bind", "/dev/null", part.at];
  }
}
