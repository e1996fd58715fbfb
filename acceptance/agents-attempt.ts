import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isJsonObject, numberOf, parseJson } from "@breakwater/agents";
import {
  acts,
  bundleAttemptEntry,
  claudeScratch,
  claudeStep,
  clientProgram,
  codexScratch,
  codexStep,
  ends,
  openAttemptTrial,
  scriptMark,
  startModelServer,
  writes,
  type AttemptTrial,
  type ModelServer,
  type TrialOrder,
} from "@breakwater/testkit";
import { equalTo, type Check } from "./table.ts";

const CLIENTS = ["claude", "codex"] as const;
type Client = (typeof CLIENTS)[number];

/** What a whole session takes too long to show: real hosts with real clients, one attempt at a time. */
export async function attemptChecks(): Promise<readonly Check[]> {
  const program = await bundleAttemptEntry();
  const server = await startModelServer();
  const checks: Check[] = [];
  for (const client of CLIENTS) {
    const trial = openAttemptTrial(program);
    checks.push(
      ...(await killedAndResumed(client, trial, server)),
      await deadEndpoint(client, trial, server),
    );
    await trial.close();
  }
  await server.close();
  return checks;
}

/** A client that dies in mid-turn is a crash; its conversation is gone on with, and nothing is paid twice. */
async function killedAndResumed(
  client: Client,
  trial: AttemptTrial,
  server: ModelServer,
): Promise<readonly Check[]> {
  const name = `${client}-killed`;
  const step = client === "claude" ? claudeStep : codexStep;
  const steps = [
    step(acts(writes("src/one.txt"))),
    step({ turn: "hold", name, then: ends("never heard") }),
    step(acts(writes("src/two.txt"))),
    step(ends("gone on with")),
  ];
  server.play(name, ({ turn }) => steps[turn]);
  const order = orderOf(client, trial, server, name);
  const handle = await trial.start(trial.order(order));
  await server.held(name);
  if (client === "claude")
    await conversationKept(join(trial.folder, `home-${client}`, ".claude", "projects"));
  const file = handle.order.resultFile.replace(/\.result\.json$/u, ".client.json");
  const found = parseJson(readFileSync(file, "utf8"));
  const pid = isJsonObject(found) ? numberOf(found.pid) : undefined;
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
  const first = (await trial.follow(handle)).report;
  const again = { ...order, prompt: "Go on.", resume: first.runtimeSession ?? "" };
  const second = (await trial.run(again)).report;
  server.release(name);
  const ending = first.ending.kind === "error" ? first.ending.class : first.ending.kind;
  return [
    equalTo(`${client} killed in mid-turn: its ending`, ending, "crash"),
    equalTo(
      `${client} killed in mid-turn: it is gone on with by its session`,
      JSON.stringify(second.claim),
      JSON.stringify({ kind: "done", summary: "gone on with" }),
    ),
    equalTo(
      `${client} killed in mid-turn: the session is the same`,
      second.runtimeSession ?? "none",
      first.runtimeSession ?? "other",
    ),
    equalTo(`${client} killed in mid-turn: requests`, server.requestsOf(name).length, steps.length),
  ];
}

/**
 * Waits until Claude has written its first turn down. It does so a moment after the turn; killed before, it
 * has no conversation that could be gone on with, and a session begins it anew.
 */
async function conversationKept(projects: string): Promise<void> {
  while (!conversationsBelow(projects).some((file) => readFileSync(file, "utf8").includes("one.txt")))
    await setTimeout(20);
}

function conversationsBelow(projects: string): readonly string[] {
  if (!existsSync(projects)) return [];
  const files = readdirSync(projects, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".jsonl")).map((file) => join(projects, file));
}

/** An endpoint that takes the request and never answers is ended by the wall clock. */
async function deadEndpoint(client: Client, trial: AttemptTrial, server: ModelServer): Promise<Check> {
  const name = `${client}-dead`;
  server.play(name, () => ({ kind: "dead" }));
  const limits = { wallMs: 5_000, graceMs: 500 };
  const { report } = await trial.run({ ...orderOf(client, trial, server, name), limits });
  const found = report.ending.kind === "limit" ? report.ending.limit : report.ending.kind;
  return equalTo(`${client} at a dead endpoint is ended by the wall clock`, found, "wall");
}

function orderOf(client: Client, trial: AttemptTrial, server: ModelServer, name: string): TrialOrder {
  const home = join(trial.folder, `home-${client}`);
  const scratch = client === "claude" ? claudeScratch(home, server.url) : codexScratch(home, server.url);
  const options = client === "codex" ? { "codex-program": codexFile(trial) } : {};
  return {
    agent: client,
    prompt: `Do it. ${scriptMark(name)}`,
    environment: scratch,
    runtimeOptions: options,
  };
}

/** One file that starts the client, as npm puts it for a user. */
function codexFile(trial: AttemptTrial): string {
  const file = join(trial.folder, "codex");
  if (!existsSync(file)) symlinkSync(clientProgram("codex")?.at(-1) ?? "codex", file);
  return file;
}
