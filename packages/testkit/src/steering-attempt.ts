import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CommandLine, present } from "@breakwater/agents";
import { attemptId, type AttemptReport, sessionId, taskId } from "@breakwater/core";
import { isSameProcessAlive, markedProcesses } from "@breakwater/node";
import {
  type AttemptEvent,
  attemptFiles,
  type AttemptHandle,
  type AttemptOrder,
  sealDoorPolicy,
  MARK_NAME,
  readMarker,
  startAttempt,
  watchAttempt,
} from "@breakwater/shells";
import { bundleEntry } from "./steering-entry.ts";

/** What a test says about an order beyond the usual; `script` is played by the scripted agent. */
export type TrialOrder = Partial<Omit<AttemptOrder, "limits">> & {
  readonly script?: unknown;
  readonly limits?: Partial<AttemptOrder["limits"]>;
};

/** An attempt followed to its end. */
export type Outcome = { readonly report: AttemptReport; readonly events: readonly AttemptEvent[] };

/** A folder in which a test runs attempts by real hosts and real scripted clients. */
export type AttemptTrial = {
  readonly folder: string;
  readonly workspace: string;
  /** The host as a bundled program, as the published command is. */
  readonly host: CommandLine;
  readonly order: (order?: TrialOrder) => AttemptOrder;
  readonly start: (order: AttemptOrder) => Promise<AttemptHandle>;
  readonly follow: (handle: AttemptHandle) => Promise<Outcome>;
  /** Starts and follows. */
  readonly run: (order?: TrialOrder) => Promise<Outcome>;
  /** Removes the folder; rejects when a process of any attempt of this trial is still there. */
  readonly close: () => Promise<void>;
};

/** Bundles the program that trials run: host, player, and a coordinator that can be killed. */
export async function bundleAttemptEntry(): Promise<CommandLine> {
  const { file } = await bundleEntry(ENTRY, dirname(fileURLToPath(import.meta.url)));
  return { file: process.execPath, args: [file] };
}

/** Opens a trial for the program made by `bundleAttemptEntry`. */
export function openAttemptTrial(program: CommandLine): AttemptTrial {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "attempt-")));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  const orders: AttemptOrder[] = [];
  const host = { file: program.file, args: [...program.args, "attempt"] };
  const start = async (order: AttemptOrder): Promise<AttemptHandle> => {
    const started = await startAttempt(order, host);
    if (!started.ok) throw new Error(`Starting a trial: ${started.failure.message}`);
    return started.value;
  };
  const order = (wanted: TrialOrder = {}): AttemptOrder => {
    const made = makeOrder(folder, wanted);
    orders.push(made);
    return made;
  };
  return {
    folder,
    workspace,
    host,
    order,
    start,
    follow,
    run: async (wanted) => follow(await start(order(wanted))),
    close: async () => {
      const left = (await Promise.all(orders.map(processesOf))).flat();
      rmSync(folder, { recursive: true, force: true });
      if (left.length > 0)
        throw new Error(`Closing a trial: it left the processes ${left.join(", ")} running`);
    },
  };
}

const ENTRY = `
import { readFileSync } from "node:fs";
import { runAttemptEntry, startAttempt, watchAttempt } from "@breakwater/shells";
const [verb, file] = process.argv.slice(2);
if (verb === "coordinator") {
  // Starts what the file orders, watches it, and says so; ended by the test.
  const host = { file: process.execPath, args: [process.argv[1], "attempt"] };
  const orders = JSON.parse(readFileSync(file, "utf8"));
  Promise.all(orders.map((order) => startAttempt(order, host))).then((starts) => {
    for (const start of starts) if (start.ok) watchAttempt(start.value, () => {});
    process.stdout.write(JSON.stringify(starts.map((start) => start.ok && start.value.adopted)) + "\\n");
  });
} else {
  runAttemptEntry(process.argv.slice(2)).then((code) => process.exit(code ?? 2));
}
`;

async function follow(handle: AttemptHandle): Promise<Outcome> {
  const events: AttemptEvent[] = [];
  await watchAttempt(handle, (event) => events.push(event)).ended;
  const last = events.at(-1);
  if (last?.kind !== "exited") throw new Error("Following a trial: its last event is not its exit");
  return { report: last.report, events };
}

let count = 0;

function makeOrder(folder: string, { script, limits, ...wanted }: TrialOrder): AttemptOrder {
  const attempt = wanted.attempt ?? attemptId(taskId(`T${(count += 1)}`), 1);
  const terms = {
    attempt,
    workspace: join(folder, "workspace"),
    scope: { kind: "write", globs: ["src/**"] },
    enforcement: "strict",
    ...present({ workspace: wanted.workspace, scope: wanted.scope, enforcement: wanted.enforcement }),
  } as const;
  const block = script === undefined ? "" : `\`\`\`script\n${JSON.stringify(script)}\n\`\`\`\n`;
  return {
    version: 1,
    session: sessionId("main-2026-01-01-0000"),
    token: randomUUID(),
    agent: "scripted",
    prompt: `Play this.\n\n${block}`,
    ...terms,
    door: sealDoorPolicy(terms, {
      main: join(folder, "checkout"),
      home: join(folder, "home"),
      tmp: join(folder, "scratch"),
      blockedCommands: [],
    }),
    limits: {
      turns: 50,
      toolCalls: 100,
      wallMs: 60_000,
      idleMs: 30_000,
      graceMs: 10_000,
      outputBytes: 8 * 1024 * 1024,
      ...limits,
    },
    ...attemptFiles(attempt, { folder, eventFolder: folder }),
    environment: {},
    allowEnvironment: [],
    runtimeOptions: {},
    killGrace: { interruptMs: 50, terminateMs: 50 },
    ...wanted,
  };
}

/** A host that has just said goodbye may still be on its last instruction; it counts as soon as it is gone. */
async function processesOf(order: AttemptOrder): Promise<readonly number[]> {
  const marker = await readMarker(order);
  if (marker === undefined) return [];
  for (let look = 0; look < 2_000 && isSameProcessAlive(marker.host) === "alive"; look += 1) {
    await new Promise((next) => setTimeout(next, 1));
  }
  const host = isSameProcessAlive(marker.host) === "dead" ? [] : [marker.host.pid];
  return [...host, ...markedProcesses({ name: MARK_NAME, value: marker.mark })];
}
