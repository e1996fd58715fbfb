import type { CanaryModel } from "./canary.ts";
import type { MeasuredGuarantees } from "./guarantee.ts";
import type {
  AttemptClaim,
  AttemptId,
  Failure,
  Finding,
  Result,
  ReviewReport,
  RuntimeErrorClass,
} from "@breakwater/core";

/**
 * One kind of agent client and how to run it: the contract that every runtime fulfils
 * (`docs/spec/adapter.md`). A runtime keeps no state between two starts.
 */
export type AgentRuntime = {
  readonly name: string;
  /** Variables of the user that the client reads: where its sign-in lies, keys, endpoints. Never stored. */
  readonly inherits: readonly string[];
  /**
   * Absolute paths outside of the workspace that the client must be able to write because its sign-in and its
   * conversations are kept there; holes that a wall has to leave and a report has to name. May not exist yet.
   */
  readonly homes: (environment: Readonly<Record<string, string | undefined>>) => readonly string[];
  /** True where the host of an attempt starts no process for it, so that no wall can stand around it. */
  readonly runsElsewhere?: true;
  /** What was measured of it, on one version of its client; what is absent is not known. */
  readonly measured?: MeasuredGuarantees;
  /** No real client of it was ever driven by the tests of this version: what is said of it is from its documentation. */
  readonly untested?: true;
  /** How its door is proven on this machine; absent where that is not possible without its provider. */
  readonly canary?: CanaryModel | "built-in";
  /** Looks for the client on this machine; no network, never throws, may be called at any time. */
  readonly probe: () => Promise<RuntimeProbe>;
  /**
   * Starts one run and returns at once; never throws. A client that could not start gives a `result` with
   * an error. Every event was heard before `result` resolves, and none is heard afterwards.
   */
  readonly start: (spec: AgentSpec, run: AgentRun) => RunningAgent;
};

/** What a runtime found; `capabilities` are those of the found version. */
export type RuntimeProbe = {
  readonly found: boolean;
  readonly version?: string;
  readonly path?: string;
  readonly capabilities: Capabilities;
  readonly problems: readonly Failure[];
};

/** What a runtime can do. A plan that demands more is refused instead of run without it. */
export type Capabilities = {
  /** How a write is announced before it happens. */
  readonly door: "callback" | "approval" | "hook" | "none";
  /** Whether a call is refused when the door does not answer. */
  readonly doorFailsClosed: boolean;
  /** Whether the agent goes on after a refused call. */
  readonly continuesAfterDenial: boolean;
  /** Whether a running agent takes messages. */
  readonly steer: boolean;
  readonly resume: boolean;
  readonly usage: "none" | "tokens" | "tokens-and-usd";
  /** Whether usage is reported while the agent works, so that a ceiling can stop it in time. */
  readonly liveUsage: boolean;
};

/** One run as its host orders it. `options` are the runtime's own and are checked by it. */
export type AgentSpec = {
  readonly attempt: AttemptId;
  /** Absolute; the working directory of the client. */
  readonly workspace: string;
  readonly prompt: string;
  /** The shape of the final report, where it is not that of a task. */
  readonly report?: "review";
  readonly model?: string;
  /** The whole environment of the client; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** A conversation of this runtime to go on with. */
  readonly resume?: string;
  /** What of the cost of that conversation is recorded already, for clients that only tell the sum; US dollars. */
  readonly resumedUsd?: number;
  readonly options: Readonly<Record<string, unknown>>;
};

/** What a host lends to a run: the door, an ear and the one way to start a process. */
export type AgentRun = {
  readonly gate: Gate;
  /** Called for each event in the order of happening; must not throw. */
  readonly hear: (event: AgentEvent) => void;
  readonly launch: LaunchClient;
  readonly openHookDoor: OpenHookDoor;
};

/**
 * Opens the door for a client that asks by hooks, besides `gate` and with the same decisions; nothing of it
 * is there before it is asked for. Asked for again it gives the same door. The host closes it when the
 * attempt ends. The failure is BW747: then the adapter must not start its client without another door.
 */
export type OpenHookDoor = (wish: HookDoorWish) => Promise<Result<HookDoor>>;

/** The payloads and answers of hooks: what a client sends before a tool call and how it reads a refusal. */
export const HOOK_PROTOCOLS = ["claude", "codex", "cursor", "exit-2"] as const;
export type HookProtocol = (typeof HOOK_PROTOCOLS)[number];

export type HookDoorWish = {
  readonly protocol: HookProtocol;
  /** Also on loopback, for clients that post their hooks. It is not reachable from a network namespace. */
  readonly http?: boolean;
  /**
   * Called after each decision, in order; must not throw. An adapter whose client does not show its calls
   * hears `tool-intent` and `denied` from here, another counts here that its door is really asked.
   */
  readonly asked?: (intent: ToolIntent, decision: GateDecision) => void;
};

/** An open hook door. `folder` lies outside of everything that the attempt may write, and has mode 0700. */
export type HookDoor = {
  /** What the client's configuration names as its hook: an absolute program and its arguments, no secret. */
  readonly command: readonly [string, ...string[]];
  /** For the environment of the client: a hook of the user's own finds the door of the attempt by it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute; holds the socket and the token, and must be visible to the client. */
  readonly folder: string;
  readonly socketPath: string;
  /** Random for each attempt; a secret. */
  readonly token: string;
  /** Where hooks are posted with `authorization: Bearer <token>`; there where `http` was wished for. */
  readonly url?: string;
};

/** The door: asked before every tool call that the runtime announces. A rejection counts as a denial. */
export type Gate = { readonly decide: (intent: ToolIntent) => Promise<GateDecision> };

/** `reason` is for the agent and says what it may do instead; `halt` ends the run. */
export type GateDecision =
  | { readonly allow: true }
  | { readonly allow: false; readonly rule: string; readonly reason: string; readonly halt?: boolean };

/** A tool call before it runs. `paths` are as the client wrote them: absolute, or relative to `directory`. */
export type ToolIntent = {
  /** Unique within the run; the result of the call names it. */
  readonly call: string;
  readonly tool: string;
  readonly kind: ToolKind;
  readonly paths: readonly string[];
  readonly command?: string;
  /** Absolute; what relative paths and the command start from where that is not the workspace. */
  readonly directory?: string;
  /** The arguments as the client wrote them, so that paging and the text of an edit can be told apart. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly agent?: string;
};

export const TOOL_KINDS = ["write", "delete", "exec", "read", "net", "mcp", "spawn", "other"] as const;
export type ToolKind = (typeof TOOL_KINDS)[number];

/** What a running agent shows. All text in it is the agent's: hostile, and to be rendered as text. */
export type AgentEvent =
  | { readonly kind: "session"; readonly id: string }
  /** A turn began. */
  | { readonly kind: "turn" }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "tool-intent"; readonly intent: ToolIntent }
  | { readonly kind: "tool-result"; readonly call: string; readonly ok: boolean; readonly output: string }
  | { readonly kind: "denied"; readonly intent: ToolIntent; readonly rule: string; readonly reason: string }
  | { readonly kind: "usage"; readonly delta: UsageDelta }
  | { readonly kind: "question"; readonly text: string }
  /** Something that this version does not know, kept as it came and cut to a bound. */
  | { readonly kind: "raw"; readonly source: "stdout" | "stderr"; readonly text: string };

/** Consumption since the last such event; absent means not reported, never zero. */
export type UsageDelta = {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly usd?: number;
};

/** A run and what its host may do to it. Each method may be called at any time and more than once. */
export type RunningAgent = {
  /** Leader of the client's process group; absent where nothing was started. */
  readonly pid: number | undefined;
  /** Resolves once, after the client's group is gone; never rejects. */
  readonly result: Promise<AgentResult>;
  /** Ends the run in order: the client's own way first, then SIGINT, SIGTERM and SIGKILL to its group. */
  readonly interrupt: () => void;
  /** SIGKILL to the group, at once. */
  readonly kill: () => void;
  /** Hands a message to the agent; resolves to whether it was taken. Absent where messages are not taken. */
  readonly steer?: (text: string) => Promise<boolean>;
};

/** How a run ended, as its runtime saw it. Claims are claims; the host decides about limits and stops. */
export type AgentResult = {
  readonly ending: AgentEnding;
  readonly exitCode: number | null;
  readonly claim: AttemptClaim;
  readonly findings: readonly Finding[];
  readonly questions: readonly string[];
  /** What a reviewer reports by the schema. */
  readonly review?: ReviewReport;
  readonly runtimeSession?: string;
};

/** `completed` needs both: the client's own final message and an orderly exit. */
export type AgentEnding =
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly reason: string }
  | {
      readonly kind: "error";
      readonly class: RuntimeErrorClass;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  /** The runtime could not make sure that the door is asked. */
  | { readonly kind: "gate-missing"; readonly message: string };

/** Starts a program as the leader of its own process group; the host counts and bounds what it prints. */
export type LaunchClient = (launch: ClientLaunch) => ClientProcess;

export type ClientLaunch = {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /**
   * What the client needs of the machine beyond its workspace, where a wall stands: each is a hole that is
   * recorded with its reason. Paths that are not there are left out.
   */
  readonly reach?: readonly ClientReach[];
  readonly env: Readonly<Record<string, string>>;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
};

/** A file or folder, absolute, that a wall would hide or lock. `write` shows it as it is, writable. */
export type ClientReach = {
  readonly path: string;
  readonly access: "read" | "write";
  /** A few words for the report: "sign-in and conversations of Claude Code". */
  readonly reason: string;
};

export type ClientProcess = {
  readonly pid: number | undefined;
  /** Resolves once, when the leader is gone, its group was killed and its pipes are read. */
  readonly ended: Promise<ClientEnd>;
  readonly write: (chunk: Buffer | string) => void;
  readonly endInput: () => void;
  readonly stop: () => void;
  readonly kill: () => void;
};

export type ClientEnd = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly startError?: Error;
};
