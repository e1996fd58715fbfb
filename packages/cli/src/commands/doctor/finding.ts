import type { Failure } from "@breakwater/core";
import type { ExitCode } from "../../exit-code.ts";

/** What one look found. `off` is neither good nor bad: it is not there and need not be. */
export type Finding = {
  readonly name: string;
  readonly state: "good" | "warning" | "bad" | "off";
  readonly text: string;
  readonly fix?: string;
  readonly code?: string;
  /** What the finding means for the exit code, where it is bad. */
  readonly exit?: ExitCode;
};

export function good(name: string, text: string): Finding {
  return { name, state: "good", text };
}

export function warning(name: string, text: string, fix?: string): Finding {
  return { name, state: "warning", text, ...(fix === undefined ? {} : { fix }) };
}

/** A failure as a finding that keeps sessions from running. */
export function bad(name: string, failure: Failure, exit: ExitCode): Finding {
  const { code, message, fix } = failure;
  return { name, state: "bad", text: message, code, exit, ...(fix === undefined ? {} : { fix }) };
}
