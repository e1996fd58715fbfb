import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  GateDecision,
  HookDoor,
  RunningAgent,
  ToolIntent,
} from "../contract.ts";
import { hearRaw } from "../door-call.ts";
import { isAtLeast } from "../find-client.ts";
import { present } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";
import { schemaOf } from "../report.ts";
import { shellLine } from "../shell-line.ts";
import { claudeEnvironment } from "./claude-environment.ts";
import { reportNote } from "./claude-report.ts";
import { CLAUDE_TOOLS, REPORT_TOOL } from "./claude-tool.ts";
import { type ClaudeClient, OLDEST_CLI, tooOld } from "./find-claude.ts";
import { MessageReader } from "./message-reader.ts";
import { resultOf } from "./run-result.ts";

const MOST_LINE_BYTES = 16 * 1024 * 1024;
const HOOK_SECONDS = 60;
/** The report touches nothing and is no call. */
const ALL_BUT_REPORT = `^(?!${REPORT_TOOL}$).*$`;

/**
 * Starts a run through the program `claude` alone: the second door, for users without the Agent SDK. Its hook
 * is the host's hook client, named by `--settings`, so that nothing is written into the workspace. The client
 * lets a call through when nothing hooks it; so a result of a call that the door never saw ends the run.
 */
export function startByCli(
  client: Extract<ClaudeClient, { door: "cli" }>,
  spec: AgentSpec,
  run: AgentRun,
): RunningAgent {
  return new CliRun(client.program, spec, run).start();
}

/** The arguments of the program; `settings` is JSON. */
export function cliArguments(
  spec: Pick<AgentSpec, "report" | "model" | "resume">,
  door: Pick<HookDoor, "command">,
): readonly string[] {
  const hook = {
    type: "command",
    command: shellLine(door.command),
    timeout: HOOK_SECONDS,
    onFailure: "block",
  };
  const tools = CLAUDE_TOOLS.join(",");
  const settings = { hooks: { PreToolUse: [{ matcher: ALL_BUT_REPORT, hooks: [hook] }] } };
  const values: readonly (readonly [flag: string, value: string | undefined])[] = [
    ["--input-format", "stream-json"],
    ["--output-format", "stream-json"],
    ["--setting-sources", ""],
    ["--permission-mode", "dontAsk"],
    ["--tools", tools],
    // The hook grants nothing, it only refuses; so the mode has to know what it may let through.
    ["--allowedTools", tools],
    ["--settings", JSON.stringify(settings)],
    ["--json-schema", JSON.stringify(schemaOf(spec))],
    ["--model", spec.model],
    ["--resume", spec.resume],
  ];
  const given = values.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return ["-p", "--verbose", "--strict-mcp-config", ...given];
}

class CliRun {
  readonly #program: string;
  readonly #spec: AgentSpec;
  readonly #run: AgentRun;
  readonly #reader: MessageReader;
  #process: ClientProcess | undefined;
  #stopped: string | undefined;
  #doorMissing: string | undefined;
  #inputClosed = false;

  constructor(program: string, spec: AgentSpec, run: AgentRun) {
    this.#program = program;
    this.#spec = spec;
    this.#run = run;
    this.#reader = new MessageReader(
      run,
      spec.resume === undefined ? undefined : present({ usd: spec.resumedUsd }),
    );
  }

  start(): RunningAgent {
    const result = this.#go();
    const steer = async (text: string): Promise<boolean> => {
      if (this.#reader.reporting || this.#inputClosed || this.#process?.pid === undefined) return false;
      this.#say(text);
      return true;
    };
    const pid = (): number | undefined => this.#process?.pid;
    return {
      // The door is opened first, so there is no process yet; the host finds it by its mark.
      get pid() {
        return pid();
      },
      result,
      interrupt: () => this.#stop("interrupted", false),
      kill: () => this.#stop("killed", true),
      steer,
    };
  }

  async #go(): Promise<AgentResult> {
    const door = await this.#run.openHookDoor({
      protocol: "claude",
      asked: (intent, decision) => this.#asked(intent, decision),
    });
    if (!door.ok) {
      this.#doorMissing = door.failure.message;
      return this.#resultOf(NEVER);
    }
    if (this.#stopped !== undefined) return this.#resultOf(NEVER);
    const end = await this.#launch(door.value).ended;
    this.#inputClosed = true;
    return this.#resultOf(end);
  }

  #launch(door: HookDoor): ClientProcess {
    const stdout = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#reader.take(line);
      this.#look();
    });
    const stderr = new LineReader(MOST_LINE_BYTES, (line) => hearRaw(this.#run, "stderr", line));
    const client = this.#run.launch({
      command: [this.#program, ...cliArguments(this.#spec, door)],
      cwd: this.#spec.workspace,
      env: { ...claudeEnvironment(this.#spec.environment), ...door.environment },
      onStdout: (chunk) => stdout.add(chunk),
      onStderr: (chunk) => stderr.add(chunk),
    });
    this.#process = client;
    this.#say(`${this.#spec.prompt}${reportNote(this.#spec)}`);
    return client;
  }

  #say(text: string): void {
    const message = { type: "user", message: { role: "user", content: text }, parent_tool_use_id: null };
    this.#process?.write(`${JSON.stringify(message)}\n`);
  }

  /** Called by the door after each decision, before the hook gets its answer. */
  #asked(intent: ToolIntent, decision: GateDecision): void {
    if (intent.tool === REPORT_TOOL) return;
    this.#run.hear({ kind: "tool-intent", intent });
    this.#reader.asked(intent, decision.allow);
    if (decision.allow) return;
    this.#run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
    if (decision.halt === true) this.#stop("the door ended the run", false);
  }

  /** After each line: an old client, a call that went past the door, or an end of the conversation. */
  #look(): void {
    const { version, unasked } = this.#reader;
    if (version !== undefined && !isAtLeast(version, OLDEST_CLI))
      return this.#withoutDoor(tooOld(`the program claude ${version}`, OLDEST_CLI).message);
    if (unasked !== undefined) return this.#withoutDoor(`the call ${unasked} ran and the door was not asked`);
    if (this.#reader.queued !== 0 || this.#inputClosed) return;
    this.#inputClosed = true;
    this.#process?.endInput();
  }

  #withoutDoor(message: string): void {
    this.#doorMissing ??= message;
    this.#process?.kill();
  }

  #stop(why: string, atOnce: boolean): void {
    this.#stopped ??= why;
    if (atOnce) this.#process?.kill();
    else this.#process?.stop();
  }

  #resultOf(end: ClientEnd): AgentResult {
    return resultOf(end, this.#reader, { stopped: this.#stopped, doorMissing: this.#doorMissing });
  }
}

const NEVER: ClientEnd = { code: null, signal: null };
