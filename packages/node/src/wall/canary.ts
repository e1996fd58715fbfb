import { createServer, type Server } from "node:net";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInGroup, type GroupExit } from "../process/run-in-group.ts";
import type { OpenWall } from "./open-wall.ts";
import type { WallPlace } from "./wall-profile.ts";

/** What a canary found: nothing wrong, or the first thing that was, in words that complete "it …". */
export type CanaryResult = { readonly holds: true } | { readonly holds: false; readonly reason: string };

const CANARY_MS = 20_000;
const NAME = ".breakwater-canary";

/**
 * Tries the very wall that a command is about to get: its temporary folder can be written, the repository
 * and the checkout cannot. Cheap enough for every start; leaves nothing behind.
 */
export async function tryWall(
  wall: OpenWall,
  place: WallPlace,
  env: Readonly<Record<string, string>>,
): Promise<CanaryResult> {
  const good = join(place.tmp, NAME);
  const bad = [join(place.commonDir, NAME), join(place.checkout, NAME)];
  const exit = await runInside(wall, ["/bin/sh", "-c", WRITE_ALL, "canary", good, ...bad], { place, env });
  const wrote = (await wall.wasEntered()) && (await isThere(good));
  const strayed = await asyncFind(bad, isThere);
  await Promise.all([good, ...bad].map((path) => rm(path, { force: true })));
  if (strayed !== undefined) return { holds: false, reason: `let a write through to ${strayed}` };
  return wrote ? { holds: true } : { holds: false, reason: `did not come up: ${saidBy(exit)}` };
}

const WRITE_ALL = `for each in "$@"; do : > "$each"; done 2>/dev/null; true`;

/**
 * Tries everything that a tier promises, in a place made for it: writes in and out of scope, a server on the
 * loopback and, where the network is said to be cut, a connection to the host.
 */
export async function tryTier(
  wall: OpenWall,
  place: WallPlace,
  env: Readonly<Record<string, string>>,
): Promise<CanaryResult> {
  const outside = join(place.workspace, "outside");
  await writeFile(outside, "as it was\n");
  const host = await listenOnHost();
  const order = JSON.stringify({ scope: join(place.workspace, "scope", "in"), outside, port: host.port });
  const exit = await runInside(wall, [process.execPath, "-e", TRY_ALL, order], { place, env });
  host.server.close();
  const text = await readFile(outside, "utf8");
  if (text !== "as it was\n") return { holds: false, reason: "let a write out of scope through" };
  const found = exit.stdout.toString("utf8").trim().split("\n").at(-1) ?? "";
  if (exit.code !== 0 || found === "") return { holds: false, reason: `did not come up: ${saidBy(exit)}` };
  const missed = ["in-scope", "loopback"].find((each) => !found.split(" ").includes(each));
  if (missed === "in-scope") return { holds: false, reason: "kept a write in scope from happening" };
  if (missed !== undefined) return { holds: false, reason: "has no loopback" };
  if (wall.network === "none" && found.includes("host"))
    return { holds: false, reason: "let a connection to the host through" };
  return { holds: true };
}

/** Runs in the wall; says what it could do. */
const TRY_ALL = `
const fs = require("node:fs"), net = require("node:net");
const order = JSON.parse(process.argv[1]), done = [];
const attempt = (name, act) => { try { act(); done.push(name); } catch {} };
attempt("in-scope", () => fs.writeFileSync(order.scope, "in"));
attempt("out-of-scope", () => fs.writeFileSync(order.outside, "out"));
const reach = (port, name, next) => {
  const socket = net.connect(port, "127.0.0.1", () => { done.push(name); socket.destroy(); next(); });
  socket.on("error", () => next());
};
const end = () => { console.log(done.join(" ")); process.exit(0); };
const server = net.createServer((socket) => socket.end());
server.on("error", end);
server.listen(0, "127.0.0.1", () => reach(server.address().port, "loopback", () => reach(order.port, "host", end)));
`;

async function runInside(
  wall: OpenWall,
  command: readonly string[],
  { place, env }: { readonly place: WallPlace; readonly env: Readonly<Record<string, string>> },
): Promise<GroupExit> {
  return runInGroup({
    command: wall.command({ command, cwd: place.workspace }),
    cwd: place.workspace,
    env: wall.environment(env),
    asks: wall.asks,
    timeoutMs: CANARY_MS,
    tailBytes: 4_096,
  });
}

function saidBy(exit: GroupExit): string {
  const text = exit.stderr.toString("utf8").trim().split("\n").at(-1) ?? "";
  if (exit.startError !== undefined) return exit.startError.message;
  return text === "" ? `it ended with ${exit.signal ?? exit.code}` : text.slice(0, 300);
}

async function listenOnHost(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.destroy());
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

async function asyncFind<Item>(
  items: readonly Item[],
  test: (item: Item) => Promise<boolean>,
): Promise<Item | undefined> {
  for (const item of items) if (await test(item)) return item;
  return undefined;
}

/** Makes the folders of a place in which a tier is tried. */
export async function makeCanaryPlace(folder: string): Promise<WallPlace> {
  const at = (name: string): string => join(folder, name);
  for (const name of ["engine/space/scope", "checkout/.git", "tmp", "engine/other"])
    await mkdir(at(name), { recursive: true, mode: 0o700 });
  await writeFile(at("engine/space/.git"), "");
  return {
    workspace: at("engine/space"),
    gitDir: at("checkout/.git"),
    commonDir: at("checkout/.git"),
    checkout: at("checkout"),
    engine: [at("engine")],
    tmp: at("tmp"),
    own: at("engine/own"),
  };
}
