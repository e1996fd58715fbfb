import type { RunningAgent } from "./contract.ts";

/** A run whose client was not even started; its result says why. */
export function neverStarted(message: string): RunningAgent {
  const result = Promise.resolve({
    ending: { kind: "error", class: "crash", message } as const,
    exitCode: null,
    claim: { kind: "missing" } as const,
    findings: [],
    questions: [],
  });
  return { pid: undefined, result, interrupt: () => {}, kill: () => {} };
}
