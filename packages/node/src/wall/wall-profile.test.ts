import { describe, expect, it } from "vitest";
import { bwrapArgv, countBinds } from "./bwrap-argv.ts";
import { MACHINE, PLACE, wallOrder } from "./wall-fixture.test-support.ts";
import { wallProfile, type WallOrder, type WallPart } from "./wall-profile.ts";

const partsOf = (change: Partial<WallOrder> = {}): readonly WallPart[] =>
  wallProfile(wallOrder(change)).parts;

/** The part that decides what is seen at a path. */
function partAt(path: string, parts: readonly WallPart[]): WallPart | undefined {
  return parts.findLast(({ at }) => at === "/" || path === at || path.startsWith(`${at}/`));
}

const kindAt = (path: string, change: Partial<WallOrder> = {}) => partAt(path, partsOf(change))?.kind;

describe("the profile of a wall", () => {
  it.each([
    ["/usr/bin/node", "read-only"],
    [`${PLACE.workspace}/docs/a.md`, "read-only"],
    [`${PLACE.workspace}/src/api/a.ts`, "writable"],
    [`${PLACE.workspace}/.git`, "read-only"],
    [`${PLACE.commonDir}/config`, "read-only"],
    [`${PLACE.checkout}/README.md`, "empty"],
    ["/home/ann/.local/state/breakwater/r1/s1/T2.1/a.ts", "empty"],
    ["/home/ann/.local/state/breakwater/wall-ladder.json", "empty"],
    [`${PLACE.dependencies}/x/node_modules`, "read-only"],
    ["/home/ann/.ssh/id_ed25519", "writable"],
    ["/home/bob/.ssh", "empty"],
    ["/run/docker.sock", "empty"],
    ["/proc/self/environ", "processes"],
    ["/dev/sda", "devices"],
    ["/tmp/of-another", "scratch"],
    ["/tmp/bw-a1/x", "writable"],
    ["/tmp/breakwater-1000/d.sock", "read-only"],
  ])("shows %s as %s", (path, kind) => {
    expect(kindAt(path)).toBe(kind);
  });

  it("puts a private folder in the place of the home", () => {
    const home = partsOf().find(({ id }) => id === "home");
    expect(home).toEqual({ id: "home", kind: "writable", from: `${PLACE.own}/home`, at: "/home/ann" });
  });

  it("keeps the `.git` file out of reach where the whole workspace may be written", () => {
    expect(kindAt(`${PLACE.workspace}/a.ts`, { writable: [""] })).toBe("writable");
    expect(kindAt(`${PLACE.workspace}/.git`, { writable: [""] })).toBe("read-only");
  });

  it("shows with at most ten binds what a usual scope needs", () => {
    expect(countBinds(wallProfile(wallOrder()))).toBe(9);
    const gate = wallOrder({ writable: [""], network: "none", reach: [] });
    expect(countBinds(wallProfile(gate))).toBe(9);
  });

  it("shows what package managers fetched, read-only, where nothing can be fetched anew", () => {
    const crate = "/home/ann/.cargo/registry/crate";
    expect(kindAt(crate, { network: "none" })).toBe("read-only");
    expect(kindAt("/home/ann/.cargo/credentials.toml", { network: "none" })).toBe("writable");
    expect(kindAt(crate, { network: "host" })).toBe("writable");
  });

  it("leaves out what the part around it says already", () => {
    const machine = { ...MACHINE, tools: ["/usr/lib/node_modules/breakwater"] };
    expect(partsOf({ machine }).some(({ at }) => at.startsWith("/usr"))).toBe(false);
    expect(partsOf().some(({ at }) => at === "/home/ann/.local/state/breakwater/r1/s1")).toBe(false);
  });

  it("mounts what lies deeper later, so that it is not hidden", () => {
    const parts = partsOf();
    parts.forEach((part, at) => {
      const outer = parts.findIndex((other) => part.at !== other.at && part.at.startsWith(`${other.at}/`));
      expect(outer).toBeLessThan(at);
    });
  });

  it("gives what was asked for by name, and nothing around it", () => {
    const reach = [{ path: "/home/ann/.claude", access: "write", reason: "sign-in" }] as const;
    expect(kindAt("/home/ann/.claude/.credentials.json", { reach })).toBe("writable");
    expect(partAt("/home/ann/.claude", partsOf({ reach }))).toMatchObject({ from: "/home/ann/.claude" });
    expect(partAt("/home/ann/.codex", partsOf({ reach }))?.id).toBe("home");
  });
});

describe("the arguments of bubblewrap", () => {
  const argv = (change: Partial<WallOrder> = {}): string =>
    bwrapArgv(wallProfile(wallOrder(change)), {
      bwrap: "/usr/bin/bwrap",
      userNamespace: false,
      cwd: "/w",
    }).join(" ");

  it("take capabilities, other processes and shared memory away", () => {
    for (const word of [
      "--cap-drop ALL",
      "--unshare-pid",
      "--unshare-ipc",
      "--die-with-parent",
      "--new-session",
    ])
      expect(argv()).toContain(word);
  });

  it("cut the network only where that was asked for", () => {
    expect(argv()).not.toContain("--unshare-net");
    expect(argv({ network: "none" })).toContain("--unshare-net");
  });

  it("lock every hidden folder after everything below it has its place", () => {
    const words = argv();
    expect(words.lastIndexOf("--ro-bind")).toBeLessThan(words.indexOf("--remount-ro"));
    expect(words).toContain(`--remount-ro ${PLACE.checkout}`);
    expect(words).not.toContain("--remount-ro /tmp");
  });
});
