import type { WallMachine, WallOrder, WallPlace } from "./wall-profile.ts";

/** An ordinary user with a repository below home, as most are. */
export const PLACE: WallPlace = {
  workspace: "/home/ann/.local/state/breakwater/r1/s1/T1.1",
  gitDir: "/home/ann/code/shop/.git/worktrees/T1.1",
  commonDir: "/home/ann/code/shop/.git",
  checkout: "/home/ann/code/shop",
  engine: ["/home/ann/.local/state/breakwater", "/home/ann/.local/state/breakwater/r1/s1"],
  dependencies: "/home/ann/.local/state/breakwater/r1/dependencies",
  tmp: "/tmp/bw-a1",
  own: "/home/ann/.local/state/breakwater/r1/s1/.wall/T1.1",
};

export const MACHINE: WallMachine = {
  home: "/home/ann",
  shared: ["/tmp", "/var/tmp"],
  sockets: ["/run"],
  secretFiles: [],
  secretFolders: ["/home"],
  kernel: [],
  tools: ["/run/systemd/resolve/stub-resolv.conf"],
  packages: ["/home/ann/.cargo/registry"],
};

/** The order of an attempt of that user; `change` replaces parts of it. */
export function wallOrder(change: Partial<WallOrder> = {}): WallOrder {
  const door = { path: "/tmp/breakwater-1000/d.sock", access: "read", reason: "the door" } as const;
  return {
    place: PLACE,
    machine: MACHINE,
    writable: ["src/api"],
    network: "host",
    reach: [door],
    ...change,
  };
}
