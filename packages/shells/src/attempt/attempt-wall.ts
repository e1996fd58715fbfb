import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { realpathSync } from "node:fs";
import type { AgentRuntime, ClientLaunch } from "@breakwater/agents";
import { fail, ok, type Result, type StandingWall } from "@breakwater/core";
import {
  leftWall,
  openWall,
  readMachine,
  sessionRefs,
  tryWall,
  wallBroken,
  type EndedWall,
  type GroupLaunch,
  type OpenWall,
  type WallReach,
} from "@breakwater/node";
import { programReach } from "./client-program.ts";
import type { Denial } from "../door/door.ts";
import type { AttemptOrder, OrderedWall } from "./order.ts";

/** The wall of one attempt: every client goes through it, and after the end it is asked what it held. */
export type AttemptWall = {
  /** The launch as it is to be made; `reach` of the order's own options comes on top of the client's. */
  readonly around: (launch: ClientLaunch) => WalledLaunch;
  readonly standing: () => StandingWall;
  /** What the client writes lies in this folder until `settle`, over the workspace; absent without an overlay. */
  readonly layer?: string;
  /** Takes in what an overlay kept apart, and gives what was held. Once, when nothing runs any more. */
  readonly settle: () => Promise<Settled>;
  /** Why no client came to run inside, where none did although one was launched. */
  readonly failure: () => Promise<string | undefined>;
};

/** A launch as it is to be made. */
export type WalledLaunch = Pick<GroupLaunch, "command" | "cwd" | "env" | "asks">;

/** What a wall held; `failure` says where everything is that was written, if it could not be taken in. */
export type Settled = { readonly held: readonly Denial[]; readonly failure?: string };

/** No wall: the launch as it is. */
export const NO_WALL: AttemptWall = {
  around: ({ command, cwd, env }) => ({ command, cwd, env }),
  standing: () => ({ tier: "none", holes: [] }),
  settle: async () => ({ held: [] }),
  failure: async () => undefined,
};

/** Opens the wall of an order and tries it. The failure is BW790; nothing weaker takes its place. */
export async function openAttemptWall(
  order: AttemptOrder,
  env: Readonly<Record<string, string>>,
  runtime: Pick<AgentRuntime, "name" | "homes">,
): Promise<Result<AttemptWall>> {
  if (order.wall === undefined) return ok(NO_WALL);
  const { setup, place, network } = order.wall;
  const machine = readMachine({ env, program: ownProgram() });
  const opened = await openWall({ setup, place, machine, scope: order.scope, network, privateGit: true });
  if (!opened.ok) return opened;
  const tried = await tryWall(opened.value, place, env);
  if (!tried.holds) {
    await opened.value.close();
    return fail(wallBroken(setup.tier, tried.reason));
  }
  return ok(attemptWall(opened.value, { ...order, wall: order.wall }, homeReach(runtime, env)));
}

/** The client signs in as the user, so its own folder stays where it is: a hole by design. */
function homeReach(
  { name, homes }: Pick<AgentRuntime, "name" | "homes">,
  env: Readonly<Record<string, string>>,
): readonly WallReach[] {
  const reason = `sign-in and conversations of ${name}`;
  const named = NAMED_FILES.flatMap((variable) => {
    const path = env[variable];
    return path === undefined ? [] : [{ path, access: "read", reason: `named by ${variable}` } as const];
  });
  return [...homes(env).map((path) => ({ path, access: "write", reason }) as const), ...named];
}

/** Variables that a client may inherit and whose values are files that it reads, wherever the user keeps them. */
const NAMED_FILES = [
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

type WalledOrder = Pick<AttemptOrder, "session" | "attempt"> & { readonly wall: OrderedWall };

function attemptWall(
  wall: OpenWall,
  { session, attempt, wall: { setup, place, network } }: WalledOrder,
  always: readonly WallReach[],
): AttemptWall {
  const asked = network === "host" ? ["network: everything that this machine reaches"] : [];
  const holes = new Set([...asked, ...wall.holes]);
  let launched = false;
  let quarantine: string | undefined;
  return {
    ...(wall.layer === undefined ? {} : { layer: wall.layer }),
    around: (launch) => {
      launched = true;
      const named = [...always, ...(launch.reach ?? [])];
      for (const each of named) holes.add(holeText(each));
      return launchInside(wall, { ...launch, reach: named });
    },
    standing: () => ({
      tier: setup.tier,
      hold: wall.hold,
      holes: [...holes],
      ...(quarantine === undefined ? {} : { quarantine }),
    }),
    settle: async () => {
      const settled = await settleWall(wall, { session, attempt, place });
      ({ quarantine } = settled);
      return settled;
    },
    failure: async () => {
      if (!launched || (await wall.wasEntered())) return undefined;
      return `the wall ${setup.tier} did not come up`;
    },
  };
}

/** Takes in what a wall kept apart, keeps under a ref what is out of scope, and removes the wall. */
async function settleWall(
  wall: EndedWall,
  { session, attempt, place }: WalledAttempt,
): Promise<Settled & { readonly quarantine?: string }> {
  const keep = async (paths: readonly string[] | "everything"): Promise<string> => {
    const kept = await wall.keep(paths, `${sessionRefs(session).quarantine(attempt)}-wall`);
    if (!kept.ok) return putAside(place.own);
    await wall.close();
    return kept.value.ref;
  };
  const collected = await wall.collect().catch((cause: unknown) => textOf(cause));
  if (typeof collected === "string") {
    const quarantine = await keep("everything");
    const failure = `what was written could not be taken into the workspace: ${collected}; it is in ${quarantine}`;
    return { held: [], failure, quarantine };
  }
  const held = collected.held.slice(0, MOST_HELD).map((path) => ({ ...CONTAINED, path }));
  if (collected.held.length > 0) return { held, quarantine: await keep(collected.held) };
  await wall.close();
  return { held };
}

type WalledAttempt = Pick<AttemptOrder, "session" | "attempt"> & Pick<OrderedWall, "place">;

/** Does for a host that was killed what it would have done with its wall; undefined where nothing was left to do. */
export async function settleLeftWall(order: AttemptOrder): Promise<Settled | undefined> {
  if (order.wall === undefined) return undefined;
  const { setup, place } = order.wall;
  const wall = leftWall({ setup, place, scope: order.scope });
  return wall === undefined ? undefined : settleWall(wall, { ...order, place });
}

/** A launch behind an open wall: whatever of the client's own program is hidden there is shown besides `reach`. */
export function launchInside(
  wall: OpenWall,
  { command, cwd, env, reach = [] }: Pick<ClientLaunch, "command" | "cwd" | "env" | "reach">,
): WalledLaunch {
  return {
    command: wall.command({ command, cwd, reach: [...programReach(command), ...reach] }),
    cwd,
    env: wall.environment(env),
    asks: wall.asks,
  };
}

/** What the wall kept apart is met after the end, so that no agent is told. */
const CONTAINED = {
  tool: "-",
  rule: "wall:contained",
  allowed: false,
  forAgent: "",
  forPerson: "The wall of the operating system kept a write out of scope apart.",
} as const;

/** As many paths as are told one by one; all of them are in the quarantine. */
const MOST_HELD = 500;

/** Where no ref can be made, the layer itself stays, under a name that no other wall takes. */
async function putAside(own: string): Promise<string> {
  const kept = `${own}.kept-${process.pid}`;
  await rename(own, kept);
  return kept;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function holeText({ path, access, reason }: WallReach): string {
  return `${path} (${access}): ${reason}`;
}

/** The program that plays clients inside is this one; where it was started from a hidden folder, it is shown. */
export function ownProgram(): readonly string[] {
  const [, file] = process.argv;
  if (file === undefined) return [];
  try {
    return [dirname(dirname(realpathSync(file)))];
  } catch {
    return [];
  }
}
