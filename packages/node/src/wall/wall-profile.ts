import { liesIn, outermost } from "./wall-shape.ts";
import type { WallNetwork } from "./wall-tier.ts";

/** A path that a client needs although the wall hides or locks it, and why; named in facts and reports. */
export type WallReach = {
  readonly path: string;
  /** What lies there really, where links lead to it. */
  readonly from?: string;
  readonly access: "read" | "write";
  readonly reason: string;
};

/** The workspace that is walled and what of the engine lies around it. All paths are absolute and real. */
export type WallPlace = {
  readonly workspace: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** The user's own working tree. */
  readonly checkout: string;
  /** Folders of the engine that nobody inside may see: state home, workspaces of others, sockets. */
  readonly engine: readonly string[];
  /** Read-only copies of the checkout's dependencies. */
  readonly dependencies?: string;
  /** The temporary folder of the lane, caches included. */
  readonly tmp: string;
  /** A folder of this wall alone, outside of everything that is shown inside. */
  readonly own: string;
};

/** What the machine looks like, as far as a wall depends on it. All paths are absolute and real. */
export type WallMachine = {
  /** Home of the user; absent where it is no folder of its own that could be put aside. */
  readonly home?: string;
  /** Folders for temporary files that all users share. */
  readonly shared: readonly string[];
  /** Folders whose sockets and files lead to other programs. */
  readonly sockets: readonly string[];
  /** Files and folders with secrets of the system that this user could read. */
  readonly secretFiles: readonly string[];
  readonly secretFolders: readonly string[];
  /** Settings of the running kernel that this user could change through files. */
  readonly kernel: readonly string[];
  /** What programs need out of hidden places: tool chains on PATH, the resolver's file, this package. */
  readonly tools: readonly string[];
  /** What package managers have fetched into the home: shown where nothing can be fetched anew. */
  readonly packages: readonly string[];
};

/** Everything that decides what a wall looks like. `writable` is relative to the workspace. */
export type WallOrder = {
  readonly place: WallPlace;
  readonly machine: WallMachine;
  readonly writable: readonly string[];
  readonly network: WallNetwork;
  readonly reach: readonly WallReach[];
};

/**
 * One piece of what is seen inside. `read-only` and `writable` show `from` at `at`; `scratch` is an empty
 * folder of its own that may be written, `empty` one that may not; `blank` is a file without content;
 * `devices` and `processes` are a `/dev` and a `/proc` of its own.
 */
export type WallPart =
  | {
      readonly id: string;
      readonly kind: "read-only" | "writable";
      readonly from: string;
      readonly at: string;
    }
  | {
      readonly id: string;
      readonly kind: "scratch" | "empty" | "blank" | "devices" | "processes";
      readonly at: string;
    };

/** Parts in the order of mounting: what lies deeper comes later and wins. */
export type WallProfile = {
  readonly parts: readonly WallPart[];
  readonly network: WallNetwork;
  /** The home of the processes inside. */
  readonly home: string;
  /** Where the private home really is. */
  readonly homeSource: string;
};

/** Compiles what is seen inside. Pure; parts that change nothing are left out. */
export function wallProfile(order: WallOrder): WallProfile {
  const { place, machine, network } = order;
  const homeSource = `${place.own}/home`;
  const parts = [
    ...machineParts(machine),
    ...homeParts(machine, homeSource),
    ...engineParts(place),
    ...workspaceParts(order),
    ...machine.tools.map((path) => shown(`tool:${path}`, path)),
    // With a network the private home is filled anew; a read-only cache would stand in its way.
    ...(network === "none" ? machine.packages.map((path) => shown(`packages:${path}`, path)) : []),
    ...order.reach.map(reachPart),
  ];
  return { parts: settled(parts), network, home: machine.home ?? homeSource, homeSource };
}

function machineParts(machine: WallMachine): readonly WallPart[] {
  const { shared, sockets, secretFiles, secretFolders, kernel } = machine;
  return [
    shown("root", "/"),
    { id: "devices", kind: "devices", at: "/dev" },
    { id: "proc", kind: "processes", at: "/proc" },
    ...kernel.map((path) => shown(`kernel:${path}`, path)),
    ...shared.map((at): WallPart => ({ id: `shared:${at}`, kind: "scratch", at })),
    ...sockets.map((at): WallPart => ({ id: `sockets:${at}`, kind: "empty", at })),
    ...secretFolders.map((at): WallPart => ({ id: `secret:${at}`, kind: "empty", at })),
    ...secretFiles.map((at): WallPart => ({ id: `secret:${at}`, kind: "blank", at })),
  ];
}

function homeParts({ home }: WallMachine, from: string): readonly WallPart[] {
  return [{ id: "home", kind: "writable", from, at: home ?? from }];
}

function engineParts(place: WallPlace): readonly WallPart[] {
  const { checkout, engine, commonDir, dependencies } = place;
  return [
    { id: "checkout", kind: "empty", at: checkout },
    ...engine.map((at): WallPart => ({ id: `engine:${at}`, kind: "empty", at })),
    shown("git", commonDir),
    ...(dependencies === undefined ? [] : [shown("dependencies", dependencies)]),
    { id: "tmp", kind: "writable", from: place.tmp, at: place.tmp },
  ];
}

/** The `.git` file stays out of reach even where the whole workspace may be written. */
function workspaceParts({ place, writable }: WallOrder): readonly WallPart[] {
  const { workspace } = place;
  const folders = outermost(writable).map((folder): WallPart => {
    const at = folder === "" ? workspace : `${workspace}/${folder}`;
    return { id: `scope:${folder}`, kind: "writable", from: at, at };
  });
  const whole = writable.includes("") ? [shown("git-file", `${workspace}/.git`)] : [];
  const base: readonly WallPart[] = writable.includes("") ? [] : [shown("workspace", workspace)];
  return [...base, ...folders, ...whole];
}

function reachPart({ path, access, from = path }: WallReach): WallPart {
  const kind = access === "read" ? "read-only" : "writable";
  return { id: `reach:${path}`, kind, from, at: path };
}

function shown(id: string, path: string): WallPart {
  return { id, kind: "read-only", from: path, at: path };
}

/** Sorts by depth and drops what the part around it says already. */
function settled(parts: readonly WallPart[]): readonly WallPart[] {
  const last = new Map(parts.map((part) => [part.at, part]));
  const sorted = [...last.values()].toSorted((a, b) => depth(a.at) - depth(b.at));
  const kept: WallPart[] = [];
  for (const part of sorted) if (!isSaid(part, around(part, kept))) kept.push(part);
  return kept;
}

function around(part: WallPart, kept: readonly WallPart[]): WallPart | undefined {
  return kept.findLast((other) => liesIn(part.at, other.at));
}

function isSaid(part: WallPart, outer: WallPart | undefined): boolean {
  if (outer === undefined || part.at === outer.at) return false;
  switch (part.kind) {
    case "read-only":
      return outer.kind === "read-only" && isAtHome(part) && isAtHome(outer);
    case "writable":
      return outer.kind === "writable" && isAtHome(part) && isAtHome(outer);
    case "empty":
    case "blank":
      return outer.kind === "empty";
    case "devices":
    case "processes":
      return false;
    case "scratch":
      return outer.kind === "scratch" || outer.kind === "empty";
  }
}

/** Whether what is shown is what lies there anyway. */
function isAtHome(part: WallPart): boolean {
  return "from" in part && part.from === part.at;
}

function depth(path: string): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
