import { EXIT_PRECEDENCE } from "@breakwater/core";
import type { ExitCode } from "@breakwater/core";

export type { ExitCode } from "@breakwater/core";

/** The exit codes by name; `EXIT_CODES` of core holds their meanings (`docs/spec/cli.md`). */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  refused: 3,
  red: 4,
  escape: 5,
  stopped: 6,
  decision: 7,
  unfit: 8,
  leased: 9,
  interrupted: 130,
} as const satisfies Record<string, ExitCode>;

/** The one exit code of several outcomes; 0 for none. */
export function strongestExit(codes: readonly ExitCode[]): ExitCode {
  return EXIT_PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.done;
}
