import { existsSync, readFileSync } from "node:fs";
import type { AgentRecord, Request, RunSettings, Schedule, SessionId } from "@breakwater/core";
import {
  ensureExcludes,
  findTracker,
  openRepository,
  openSessionRefs,
  type Repository,
} from "@breakwater/node";
import { runAttemptEntry } from "@breakwater/shells";
import type { CommandContext, TextSink } from "../command-context.ts";
import { reportFailure } from "../errors/report-failure.ts";
import { driveSession } from "./drive-session.ts";
import { openLiveSession } from "./live-session.ts";
import { placeOf } from "./session-place.ts";

/** What a test wants of the process that holds its session; written to a file as JSON. */
export type SessionOrder = {
  readonly root: string;
  readonly session: SessionId;
  /** Absent where a session is taken over. */
  readonly begin?: {
    readonly schedule: Schedule;
    readonly settings: RunSettings;
    readonly agents?: readonly AgentRecord[];
  };
  readonly requests: readonly Request[];
  /** The tracker of the project; none where it is absent. */
  readonly vcs?: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** As soon as there is a file of this name, the clock of the process is an hour behind. */
  readonly backwardsFrom?: string;
};

const STATE_DIR = ".orchestrator";
const HOUR_MS = 3_600_000;

/**
 * For tests: the program that holds a session in a process of its own, as `go`, `resume` and `close` do
 * after plan and flags were read. `session ORDER` holds one, anything else is the part of an attempt.
 */
export async function runSessionProgram(argv: readonly string[]): Promise<number> {
  const [verb, file] = argv;
  if (verb !== "session" || file === undefined) return (await runAttemptEntry(argv)) ?? 2;
  const order: SessionOrder = JSON.parse(readFileSync(file, "utf8"));
  const context = contextOf(order);
  const repository = await openRepository(order.root);
  if (!repository.ok) return reportFailure({ failure: repository.failure }, context);
  return hold(order, repository.value, context);
}

async function hold(order: SessionOrder, repository: Repository, context: CommandContext): Promise<number> {
  const excluded = await ensureExcludes(repository, STATE_DIR);
  if (!excluded.ok) return reportFailure({ failure: excluded.failure }, context);
  const { begin, session, runtimeOptions } = order;
  const place = placeOf(repository, session);
  const { context: git, root } = repository;
  const tracker =
    order.vcs === undefined
      ? undefined
      : await findTracker({ context: git, cwd: root, env: context.env, vcs: order.vcs });
  const live = await openLiveSession({
    repository,
    place,
    stateDir: STATE_DIR,
    env: context.env,
    version: context.version,
    now: () => context.now().getTime(),
    persistence: true,
    workspaces: {},
    runtimeOptions,
    allowEnvironment: [],
    ...(tracker === undefined ? {} : { tracker }),
  });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  if (begin === undefined) return driveSession(live.value, place, { context, requests: order.requests });
  const refs = await openSessionRefs({ context: repository.context, session }, repository.commit);
  if (!refs.ok) {
    await live.value.close();
    return reportFailure({ failure: refs.failure }, context);
  }
  const base = { commit: repository.commit, tree: repository.tree, branch: repository.branch };
  const requests: readonly Request[] = [
    { type: "start", session, base, ...begin },
    { type: "approve", hash: begin.schedule.hash, by: "test" },
    ...order.requests,
  ];
  return driveSession(live.value, place, { context, requests });
}

function contextOf({ root, backwardsFrom = "" }: SessionOrder): CommandContext {
  const now = (): Date => new Date(Date.now() - (existsSync(backwardsFrom) ? HOUR_MS : 0));
  return {
    cwd: root,
    env: process.env,
    version: "0.0.0-test",
    now,
    stdin: { isTty: false, readAll: async () => "" },
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    output: "json",
    isTty: false,
    interactive: false,
    insideAgent: false,
    width: 80,
    height: 24,
    colour: { stdout: false, stderr: false },
    ascii: true,
    globals: [],
  };
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  stream.on("error", () => {});
  return { closed: false, write: (text) => void stream.write(text) };
}
