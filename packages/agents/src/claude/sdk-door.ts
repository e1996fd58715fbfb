import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { askDoor, hearRaw } from "../door-call.ts";
import type {
  AgentResult,
  AgentRun,
  AgentSpec,
  ClientEnd,
  ClientProcess,
  RunningAgent,
} from "../contract.ts";
import { isJsonObject, type JsonObject, present, textOf } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";
import { claudeEnvironment } from "./claude-environment.ts";
import { schemaOf } from "../report.ts";
import { reportNote } from "./claude-report.ts";
import { CLAUDE_TOOLS, intentOf, REPORT_TOOL } from "./claude-tool.ts";
import type { ClaudeClient } from "./find-claude.ts";
import { InputQueue } from "./input-queue.ts";
import { MessageReader } from "./message-reader.ts";
import { resultOf } from "./run-result.ts";
import { sdkProcess } from "./sdk-process.ts";
import type { AgentSdk, SdkHook, SdkInput, SdkOptions, SdkQuery } from "./sdk-types.ts";

/** A line of the client may be long: a result holds whole files. What is cut off is kept as raw. */
const MOST_LINE_BYTES = 16 * 1024 * 1024;
/** The client waits so long for the door, in seconds; the door itself answers in milliseconds. */
const DOOR_SECONDS = 600;
/** How long the client may take over its own way to stop before signals follow. */
const OWN_WAY_MS = 1_000;

/**
 * Starts a run through the user's Agent SDK: its hooks are functions of this process, and a hook that fails
 * blocks the call. The client itself is started by the host. What it prints is read here before the SDK gets
 * it, so that events come in the order of printing.
 */
export function startBySdk(
  client: Extract<ClaudeClient, { door: "sdk" }>,
  spec: AgentSpec,
  run: AgentRun,
): RunningAgent {
  return new SdkRun(client, spec, run).start();
}

class SdkRun {
  readonly #client: Extract<ClaudeClient, { door: "sdk" }>;
  readonly #spec: AgentSpec;
  readonly #run: AgentRun;
  readonly #reader: MessageReader;
  readonly #input = new InputQueue<SdkInput>();
  #process: ClientProcess | undefined;
  #query: SdkQuery | undefined;
  #stopped: string | undefined;
  #doorMissing: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: Extract<ClaudeClient, { door: "sdk" }>, spec: AgentSpec, run: AgentRun) {
    this.#client = client;
    this.#spec = spec;
    this.#run = run;
    this.#reader = new MessageReader(
      run,
      spec.resume === undefined ? undefined : present({ usd: spec.resumedUsd }),
    );
  }

  start(): RunningAgent {
    const started = this.#open();
    const process = this.#process;
    const result =
      process === undefined
        ? Promise.resolve(
            this.#resultOf({
              code: null,
              signal: null,
              startError: started ?? new Error("the SDK started no client"),
            }),
          )
        : process.ended.then((end) => this.#finish(end));
    return {
      pid: process?.pid,
      result,
      interrupt: () => this.#interrupt("interrupted"),
      kill: () => {
        this.#stopped ??= "killed";
        this.#process?.kill();
      },
      steer: async (text) => {
        if (this.#reader.reporting || this.#input.closed || process?.pid === undefined) return false;
        this.#input.push(messageOf(text));
        return true;
      },
    };
  }

  /** Gives the reason where the SDK could not be loaded or refused its options. */
  #open(): Error | undefined {
    try {
      const sdk = loadSdk(this.#client.module);
      this.#input.push(messageOf(`${this.#spec.prompt}${reportNote(this.#spec)}`));
      this.#query = sdk.query({ prompt: this.#input, options: this.#options() });
      void this.#drain(this.#query);
      return undefined;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    }
  }

  #options(): SdkOptions {
    const { workspace, model, resume } = this.#spec;
    return {
      cwd: workspace,
      env: claudeEnvironment(this.#spec.environment),
      pathToClaudeCodeExecutable: this.#client.program,
      // Settings of the repository are its text, and settings of the user are for the user's own work.
      settingSources: [],
      strictMcpConfig: true,
      tools: [...CLAUDE_TOOLS],
      // Refuses what no hook allowed: a second lock that needs no hook to be shut.
      permissionMode: "dontAsk",
      hooks: { PreToolUse: [{ timeout: DOOR_SECONDS, onFailure: "block", hooks: [this.#hook] }] },
      outputFormat: { type: "json_schema", schema: schemaOf(this.#spec) },
      spawnClaudeCodeProcess: ({ command, args, env }) => this.#launch([command, ...args], env),
      ...present({ model, resume }),
    };
  }

  #launch(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string | undefined>>,
  ): ReturnType<typeof sdkProcess> {
    const forSdk = new PassThrough();
    const stdout = new LineReader(MOST_LINE_BYTES, (line) => {
      this.#reader.take(line);
      this.#look();
    });
    const stderr = new LineReader(MOST_LINE_BYTES, (line) => hearRaw(this.#run, "stderr", line));
    const client = this.#run.launch({
      command,
      cwd: this.#spec.workspace,
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      onStdout: (chunk) => {
        stdout.add(chunk);
        forSdk.write(chunk);
      },
      onStderr: (chunk) => stderr.add(chunk),
    });
    void client.ended.then(() => (stdout.end(), stderr.end()));
    this.#process = client;
    return sdkProcess(() => client, forSdk);
  }

  /** The door, asked by the client before every call; a throw here blocks the call. */
  readonly #hook: SdkHook = async (input) => {
    const tool = textOf(input.tool_name) ?? "";
    if (tool === REPORT_TOOL) return ALLOWED;
    const intent = intentOf(textOf(input.tool_use_id) ?? "", tool, {
      input: isJsonObject(input.tool_input) ? input.tool_input : {},
      agent: textOf(input.agent_id),
    });
    const decision = await askDoor(intent, this.#run);
    this.#reader.asked(intent, decision.allow);
    if (decision.allow) return ALLOWED;
    if (decision.halt === true) this.#interrupt("the door ended the run");
    return answer("deny", decision.reason);
  };

  /** After each line: a call that went past the door, or an end, after which the client waits for more input. */
  #look(): void {
    const { unasked, queued } = this.#reader;
    if (unasked !== undefined) {
      this.#doorMissing ??= `the call ${unasked} ran and the door was not asked`;
      this.#process?.kill();
    } else if (queued === 0) this.#input.close();
  }

  /** The SDK must be read, or it stops; what it says was read before. A refusal of hooks ends here. */
  async #drain(query: SdkQuery): Promise<void> {
    try {
      void query.initializationResult().then(
        (reply) => this.#checkDoor(reply),
        () => {},
      );
      for await (const _ of query);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (/onFailure|hooks?_applied|hook/iu.test(message) && this.#reader.queued === undefined)
        this.#doorMissing = message;
    }
    this.#input.close();
    this.#process?.endInput();
  }

  /** The client says whether it took the hooks; one that did not must not go on. */
  #checkDoor(reply: unknown): void {
    if (!isJsonObject(reply) || (reply.hooks_applied !== false && reply.hook_on_failure_supported !== false))
      return;
    this.#doorMissing = "the client did not take the hooks";
    this.#process?.kill();
  }

  #interrupt(why: string): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#query?.interrupt().catch(() => {});
    this.#input.close();
    this.#timer = setTimeout(() => this.#process?.stop(), OWN_WAY_MS);
  }

  #finish(end: ClientEnd): AgentResult {
    clearTimeout(this.#timer);
    return this.#resultOf(end);
  }

  #resultOf(end: ClientEnd): AgentResult {
    const seen = { stopped: this.#stopped, doorMissing: this.#doorMissing };
    return resultOf(end, this.#reader, seen);
  }
}

function messageOf(text: string): SdkInput {
  return { type: "user", message: { role: "user", content: text }, parent_tool_use_id: null };
}

function answer(permissionDecision: "allow" | "deny", permissionDecisionReason?: string): JsonObject {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision,
      ...present({ permissionDecisionReason }),
    },
  };
}

const ALLOWED = answer("allow");

/** The user's SDK, from where it lies. Loading it runs code of the user's own installation, nothing of a workspace. */
function loadSdk(module: string): AgentSdk {
  const loaded: unknown = createRequire(module)(module);
  if (!isSdk(loaded)) throw new Error(`${module} has no function "query"`);
  return loaded;
}

function isSdk(value: unknown): value is AgentSdk {
  return typeof value === "object" && value !== null && "query" in value && typeof value.query === "function";
}
