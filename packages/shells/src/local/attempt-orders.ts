import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { present, runtimeOf } from "@breakwater/agents";
import {
  fail,
  ok,
  type AttemptId,
  type Failure,
  type Result,
  type RunState,
  type SessionId,
} from "@breakwater/core";
import type { PreparedWorkspace, Repository, Workspaces } from "@breakwater/node";
import {
  attemptFiles,
  companionFiles,
  readOrder,
  type AttemptFiles,
  type AttemptOrder,
  type OrderedWall,
} from "../attempt/order.ts";
import { doorsOfCheckout } from "../door/order-door.ts";
import { orderWall } from "./session-wall.ts";
import type { CommandOf } from "./step.ts";

/** What the orders of a session are made of. */
export type OrderingOptions = {
  readonly session: SessionId;
  readonly repository: Repository;
  /** `.orchestrator/sessions/<id>`. */
  readonly folder: string;
  readonly workspaces: Workspaces;
  readonly state: () => RunState;
  /** Handed to the runtime of each attempt. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** Names of variables that agent clients inherit. */
  readonly allowEnvironment?: readonly string[];
};

/** The orders by which hosts work: everything about an attempt that its process is told. */
export type AttemptOrders = {
  /** Makes the order of an attempt; nothing is written yet. Fails where no wall can be had that must be. */
  readonly make: (command: CommandOf<"start-agent">) => Promise<Result<AttemptOrder>>;
  /** The order that was stored when the attempt was started, if it can be read. */
  readonly stored: (attempt: AttemptId) => Promise<AttemptOrder | undefined>;
};

/** Opens the orders of a session. */
export function attemptOrders(options: OrderingOptions): AttemptOrders {
  const orderDoor = doorsOfCheckout(options.repository.root);
  const filesOf = (attempt: AttemptId): AttemptFiles =>
    attemptFiles(attempt, {
      folder: join(options.folder, "attempts"),
      eventFolder: join(options.folder, "agents"),
    });
  return {
    stored: async (attempt) => {
      const order = await readOrder(companionFiles(filesOf(attempt)).order);
      return order.ok ? order.value : undefined;
    },
    make: async (command) => {
      const { type: _type, id: _id, ...ordered } = command;
      const { session, folder, workspaces, runtimeOptions, allowEnvironment = [], state } = options;
      const runtime = runtimeOf(command.agent);
      const isElsewhere = runtime.ok && runtime.value.runsElsewhere === true;
      if (isElsewhere && command.report === "review") return fail(reviewsElsewhere(command.agent));
      const found = await workspaces.find(command.attempt);
      const files = filesOf(command.attempt);
      const scratch = found?.lane.tmp ?? files.resultFile.replace(/\.result\.json$/u, ".scratch");
      const round = state().attempts.get(command.attempt)?.round;
      const wall = isElsewhere ? ok(undefined) : await wallAround(options, command.attempt, found);
      if (!wall.ok) return wall;
      return ok({
        version: 1,
        ...ordered,
        session,
        token: randomUUID(),
        ...files,
        door: await orderDoor(ordered, scratch),
        environment: found?.lane.env ?? {},
        allowEnvironment,
        runtimeOptions: {
          conversations: join(folder, "conversations"),
          ...runtimeOptions,
          ...present({ round }),
        },
        ...(wall.value === undefined ? {} : { wall: wall.value }),
      });
    },
  };
}

/**
 * Without a workspace nothing can start anyway. Agents reach the network for now, and that is named. Around
 * what runs elsewhere no wall of ours stands.
 */
function wallAround(
  options: OrderingOptions,
  attempt: AttemptId,
  found: PreparedWorkspace | undefined,
): Promise<Result<OrderedWall | undefined>> {
  if (found === undefined) return Promise.resolve(ok(undefined));
  const { path, gitDir, lane } = found;
  const subject = { workspace: { path, gitDir }, tmp: lane.tmp, name: attempt, network: "host" } as const;
  return orderWall(options, subject);
}

/** Whoever carries out the tasks is not independent of them. */
function reviewsElsewhere(agent: string): Failure {
  return {
    code: "BW760",
    message: `the agent "${agent}" cannot review: it is the host that carries out the tasks`,
    fix: "Name another agent as agents.reviewer, or review the session's diff yourself.",
  };
}
