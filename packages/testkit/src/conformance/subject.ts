import type { AgentRuntime, AgentSpec, UsageDelta } from "@breakwater/agents";
import type { ClientName } from "../real-client.ts";
import type { ActTurn } from "./act.ts";

/**
 * An adapter as the conformance suite sees it: how its agent is made to act, and what of its client the suite
 * cannot know. Everything else is the contract (`docs/spec/adapter.md`).
 */
export type ConformanceSubject = {
  readonly runtime: AgentRuntime;
  /** The real client that runs; absent where the runtime brings its own. */
  readonly client?: ClientName;
  /** Opens a fresh stage; the suite closes it. */
  readonly open: () => Promise<ConformanceStage>;
  /** A line of the client's output, well formed, of a kind that nobody knows yet. */
  readonly strangeLine: string;
  /** What makes a start impossible, such as the name of a program that is not there. */
  readonly unstartable: Partial<Pick<AgentSpec, "options" | "environment">>;
  /** What one answer of the model is reported to have consumed; absent where nothing is reported. */
  readonly usagePerTurn?: Required<Pick<UsageDelta, "inputTokens" | "outputTokens">>;
};

/** A workspace, and an agent in it that does what its model is told to. */
export type ConformanceStage = {
  /** Absolute, without links in it; holds one file, `README.md`. */
  readonly workspace: string;
  /** The order of a run whose model answers these turns, one after the other. */
  readonly spec: (turns: readonly ActTurn[]) => AgentSpec;
  readonly held: (name: string) => Promise<void>;
  readonly release: (name: string) => void;
  /** How many requests the model got so far; absent where there is no model. */
  readonly requests?: () => number;
  /** Whether the agent's model was told this text after the prompt; absent where that cannot be seen. */
  readonly told?: (text: string) => boolean;
  readonly close: () => Promise<void>;
};
