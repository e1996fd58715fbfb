import type { Readable, Writable } from "node:stream";
import type { JsonObject } from "../json-shape.ts";

/** The part of the Agent SDK that is used here, in its own words; the SDK itself is the user's. */
export type AgentSdk = {
  readonly query: (run: {
    readonly prompt: AsyncIterable<SdkInput>;
    readonly options: SdkOptions;
  }) => SdkQuery;
};

/** A message to the agent. */
export type SdkInput = {
  readonly type: "user";
  readonly message: { readonly role: "user"; readonly content: string };
  readonly parent_tool_use_id: null;
};

export type SdkQuery = AsyncIterable<unknown> & {
  readonly interrupt: () => Promise<unknown>;
  readonly close: () => void;
  readonly initializationResult: () => Promise<unknown>;
};

export type SdkHook = (input: JsonObject) => Promise<JsonObject>;

export type SdkOptions = JsonObject & {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hooks: Readonly<
    Record<
      string,
      readonly { readonly timeout: number; readonly onFailure: "block"; readonly hooks: readonly SdkHook[] }[]
    >
  >;
  readonly spawnClaudeCodeProcess: (order: SdkSpawn) => SdkProcess;
};

export type SdkSpawn = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** What the SDK wants of a process; `on` takes `exit` and `error`. */
export type SdkProcess = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  readonly kill: (signal: string) => boolean;
  readonly on: (event: string, listener: (...args: unknown[]) => void) => unknown;
  readonly once: (event: string, listener: (...args: unknown[]) => void) => unknown;
  readonly off: (event: string, listener: (...args: unknown[]) => void) => unknown;
};
