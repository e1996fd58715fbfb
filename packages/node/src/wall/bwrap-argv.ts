import type { WallPart, WallProfile } from "./wall-profile.ts";

/** How bubblewrap is called. `userNamespace`: also as root, who needs none where he has all capabilities. */
export type BwrapCall = {
  readonly bwrap: string;
  readonly userNamespace: boolean;
  readonly cwd: string;
  /** Who the command sees itself as, where the namespaces around us made us somebody else. */
  readonly identity?: { readonly uid: number; readonly gid: number };
  /** Cuts to be left out, for a test that shows what each of them is for. */
  readonly without?: readonly string[];
};

/**
 * The arguments that make bubblewrap show a profile to a command. No capabilities, no other processes, no
 * foreign shared memory; everything ends with the process that called it.
 */
export function bwrapArgv(
  profile: WallProfile,
  { bwrap, userNamespace, cwd, identity, without = [] }: BwrapCall,
): readonly [string, ...string[]] {
  return [
    bwrap,
    ...ALONE.filter(({ id }) => !without.includes(id)).flatMap(({ words }) => words),
    ...(userNamespace ? ["--unshare-user"] : []),
    ...(identity === undefined ? [] : ["--uid", String(identity.uid), "--gid", String(identity.gid)]),
    ...(profile.network === "none" && !without.includes("network") ? ["--unshare-net"] : []),
    ...profile.parts.flatMap(partArgs),
    // Locked last, because bubblewrap makes the places for what lies deeper.
    ...profile.parts.flatMap((part) => (part.kind === "empty" ? ["--remount-ro", part.at] : [])),
    "--chdir",
    cwd,
    "--",
  ];
}

/** What a command is cut off from, or loses, by which words; each has a check that needs it. */
const ALONE: readonly { readonly id: string; readonly words: readonly string[] }[] = [
  { id: "processes", words: ["--unshare-pid"] },
  { id: "shared-memory", words: ["--unshare-ipc"] },
  { id: "capabilities", words: ["--cap-drop", "ALL"] },
  { id: "session", words: ["--new-session"] },
  { id: "end", words: ["--die-with-parent"] },
];

/** How many mounts show something of the disk; the cost of a start grows with them. */
export function countBinds(profile: WallProfile): number {
  return profile.parts.filter((part) => "from" in part || part.kind === "blank").length;
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
    case "devices":
      return ["--dev", part.at];
    case "processes":
      return ["--proc", part.at];
    case "blank":
      return ["--ro-bind", "/dev/null", part.at];
  }
}
