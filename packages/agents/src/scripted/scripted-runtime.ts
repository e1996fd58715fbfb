import type { Failure } from "@breakwater/core";
import type {
  AgentEnding,
  AgentResult,
  AgentRun,
  AgentRuntime,
  AgentSpec,
  Capabilities,
  ClientEnd,
  ClientProcess,
  ClientReach,
  HookDoorWish,
  RunningAgent,
  ToolIntent,
} from "../contract.ts";
import { readLastWord } from "../claim.ts";
import { askDoor, hearRaw } from "../door-call.ts";
import { isJsonObject, isTextList, numberOf, parseJson, present, textOf } from "../json-shape.ts";
import { type BoundedLine, LineReader } from "../line-reader.ts";
import { measuredNo, measuredYes } from "../guarantee.ts";
import { makeFolder } from "../make-folder.ts";
import { PLAYER_VERB } from "./player.ts";
import { type FromPlayer, readFromPlayer, type ToPlayer } from "./protocol.ts";

/** A program and its arguments. */
export type CommandLine = { readonly file: string; readonly args: readonly string[] };

/** The runtime that plays scripts: no model, no key, no network; a real process with real faults. */
export const scriptedRuntime: AgentRuntime = {
  name: "scripted",
  inherits: [],
  homes: () => [],
  canary: "built-in",
  measured: {
    version: "1",
    rows: {
      "pre-write-denial": measuredYes("but for the step that smuggles"),
      "fails-closed": measuredYes(),
      "continues-after-denial": measuredYes(),
      "turn-limit": measuredNo("the engine counts turns"),
      usage: measuredYes(),
      cost: measuredYes(),
      "live-usage": measuredYes(),
      resume: measuredYes("a script goes on where it stopped"),
      fork: measuredNo(),
      sandbox: measuredNo("the wall is the engine's"),
      "subagent-identity": measuredNo("it starts no agents"),
    },
  },
  probe: async () => ({
    found: true,
    version: "1",
    path: scriptedPlayerCommand().file,
    capabilities: CAPABILITIES,
    problems: [] satisfies readonly Failure[],
  }),
  start,
};

/** How the player is started where the options do not say otherwise: this very program once more. */
export function scriptedPlayerCommand(): CommandLine {
  return { file: process.execPath, args: [process.argv[1] ?? "", PLAYER_VERB] };
}

const CAPABILITIES: Capabilities = {
  door: "approval",
  doorFailsClosed: true,
  continuesAfterDenial: true,
  steer: true,
  resume: true,
  usage: "tokens-and-usd",
  liveUsage: true,
};

/** A line of the protocol is never longer; what is cut off a longer one was not meant for us. */
const MOST_LINE_BYTES = 1024 * 1024;

type End = Extract<FromPlayer, { readonly kind: "end" }>;
type Script = {
  end: End | undefined;
  session: string | undefined;
  readonly questions: string[];
  doorMissing?: string;
};

function start(spec: AgentSpec, run: AgentRun): RunningAgent {
  const seen: Script = { end: undefined, session: undefined, questions: [] };
  const stdout = new LineReader(MOST_LINE_BYTES, (line) =>
    takeLine(line, { run, client: () => client, seen }),
  );
  const stderr = new LineReader(MOST_LINE_BYTES, (line) => hearRaw(run, "stderr", line));
  const { file, args } = playerOf(spec);
  makeFolder(textOf(spec.options.conversations));
  const client: ClientProcess = run.launch({
    command: [file, ...args],
    cwd: spec.workspace,
    reach: reachOf(spec),
    env: spec.environment,
    onStdout: (chunk) => stdout.add(chunk),
    onStderr: (chunk) => stderr.add(chunk),
  });
  void begin(spec, run, { client, seen });
  const result = client.ended.then((end) => {
    stdout.end();
    stderr.end();
    return resultOf(end, seen);
  });
  return {
    pid: client.pid,
    result,
    interrupt: () => client.stop(),
    kill: () => client.kill(),
    steer: async (text) => {
      if (client.pid === undefined || seen.end !== undefined) return false;
      send(client, { kind: "message", text });
      return true;
    },
  };
}

/** Tells the player what to play; with the option `hooks` only once there is a door for its hooks. */
async function begin(
  spec: AgentSpec,
  run: AgentRun,
  { client, seen }: { readonly client: ClientProcess; readonly seen: Script },
): Promise<void> {
  if (spec.options.hooks !== true) return send(client, { kind: "begin", ...beginOf(spec) });
  const asked: HookDoorWish["asked"] = (intent, decision) => {
    run.hear({ kind: "tool-intent", intent });
    if (!decision.allow) run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
  };
  const door = await run.openHookDoor({ protocol: "exit-2", asked });
  if (door.ok) return send(client, { kind: "begin", ...beginOf(spec), hook: door.value.command });
  seen.doorMissing = door.failure.message;
  client.kill();
}

function playerOf(spec: AgentSpec): CommandLine {
  const player = spec.options.player;
  const file = isJsonObject(player) ? textOf(player.file) : undefined;
  const args = isJsonObject(player) && isTextList(player.args) ? player.args : [];
  return file === undefined ? scriptedPlayerCommand() : { file, args };
}

/** Scripts and the socket of a steered test are outside of every workspace. */
function reachOf({ options }: AgentSpec): readonly ClientReach[] {
  const scripts = textOf(options.scripts);
  const steering = textOf(options.steering);
  const conversations = textOf(options.conversations);
  return [
    ...(scripts === undefined ? [] : [{ path: scripts, access: "read", reason: "its scripts" } as const]),
    ...(steering === undefined
      ? []
      : [{ path: steering, access: "read", reason: "the socket that steers it" } as const]),
    ...(conversations === undefined
      ? []
      : [{ path: conversations, access: "write", reason: "its conversations" } as const]),
  ];
}

function beginOf(spec: AgentSpec): Omit<Extract<ToPlayer, { kind: "begin" }>, "kind"> {
  return {
    attempt: spec.attempt,
    round: numberOf(spec.options.round) ?? Number(/\d+$/.exec(spec.attempt)?.[0] ?? 1),
    prompt: spec.prompt,
    ...present({
      report: spec.report,
      scripts: textOf(spec.options.scripts),
      steering: textOf(spec.options.steering),
      conversations: textOf(spec.options.conversations),
      resume: spec.resume,
    }),
  };
}

function send(client: ClientProcess, line: ToPlayer): void {
  client.write(`${JSON.stringify(line)}\n`);
}

type LineContext = { readonly run: AgentRun; readonly client: () => ClientProcess; readonly seen: Script };

function takeLine(line: BoundedLine, { run, client, seen }: LineContext): void {
  const message = line.lost > 0 ? undefined : readFromPlayer(parseJson(line.text));
  switch (message?.kind) {
    case "event":
      if (message.event.kind === "question") seen.questions.push(message.event.text);
      if (message.event.kind === "session") seen.session = message.event.id;
      return run.hear(message.event);
    case "intent":
      return void announce(message.intent, run, client());
    case "end":
      seen.end ??= message;
      return client().endInput();
    case undefined:
      return hearRaw(run, "stdout", line);
  }
}

async function announce(intent: ToolIntent, run: AgentRun, client: ClientProcess): Promise<void> {
  const decision = await askDoor(intent, run);
  const reason = decision.allow ? "" : decision.reason;
  send(client, { kind: "decision", call: intent.call, allow: decision.allow, reason });
  if (!decision.allow && decision.halt === true) client.stop();
}

function resultOf(end: ClientEnd, seen: Script): AgentResult {
  const word = readLastWord(seen.end?.message ?? "");
  return {
    ending:
      seen.doorMissing === undefined
        ? endingOf(end, seen.end)
        : { kind: "gate-missing", message: seen.doorMissing },
    exitCode: end.code,
    claim: word.claim,
    findings: word.findings,
    questions: [...seen.questions, ...word.questions].slice(0, 20),
    ...present({ review: word.review, runtimeSession: seen.session }),
  };
}

function endingOf(client: ClientEnd, end: End | undefined): AgentEnding {
  if (client.startError !== undefined) {
    return {
      kind: "error",
      class: "crash",
      message: `the player did not start: ${client.startError.message}`,
    };
  }
  const error = end?.error;
  if (error?.class === "script") return { kind: "failed", reason: error.message };
  if (error !== undefined) return { kind: "error", ...error, class: error.class };
  if (client.signal !== null) return { kind: "error", class: "crash", message: `ended by ${client.signal}` };
  if (client.code !== 0) return { kind: "error", class: "crash", message: `exit code ${client.code}` };
  if (end !== undefined) return { kind: "completed" };
  return { kind: "error", class: "protocol", message: "the client ended without a last message" };
}
