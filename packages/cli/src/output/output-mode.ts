import type { Failure, Result } from "@breakwater/core";
import type { OutputMode } from "../command-context.ts";
import { isInsideAgent } from "./inside-agent.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the terminal is like, for choosing how to write. */
export type TerminalFacts = {
  readonly stdoutTty: boolean;
  readonly stderrTty: boolean;
  readonly width: number;
  readonly height: number;
  readonly env: Environment;
};

/**
 * How results are written: what was asked for, or for `auto` a painted screen where one can be painted.
 * Asking for `tty` where there is none fails with BW015, so that no log fills up with cursor moves.
 */
export function outputModeOf(asked: string | undefined, terminal: TerminalFacts): Result<OutputMode> {
  const wanted = asked ?? terminal.env["BREAKWATER_OUTPUT"] ?? "auto";
  switch (wanted) {
    case "plain":
    case "json":
    case "quiet":
      return { ok: true, value: wanted };
    case "tty":
      return terminal.stdoutTty && terminal.stderrTty
        ? { ok: true, value: "tty" }
        : { ok: false, failure: noTerminal };
    case "auto":
    case "":
      return { ok: true, value: canPaint(terminal) ? "tty" : "plain" };
    default:
      return { ok: false, failure: unknownMode(wanted) };
  }
}

/** Whether a stream gets colour: the flag, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function usesColour(isTty: boolean, asked: string | undefined, env: Environment): boolean {
  if (asked === "always") return true;
  if (asked === "never") return false;
  if (isSet(env["NO_COLOR"])) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTty && env["TERM"] !== "dumb" && !isInsideAgent(env);
}

/** Whether the locale shows more than ASCII; the first of the variables that is set decides. */
export function isUtf8Locale(env: Environment): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(isSet);
  // Without a locale most of today's terminals are UTF-8; a locale that is set without it says otherwise.
  return locale === undefined || /utf-?8/i.test(locale);
}

const leastWidth = 40;
const leastHeight = 10;

function canPaint({ stdoutTty, stderrTty, width, height, env }: TerminalFacts): boolean {
  if (!stdoutTty || !stderrTty || env["TERM"] === "dumb") return false;
  if (isSet(env["CI"]) && env["CI"] !== "false") return false;
  return !isInsideAgent(env) && width >= leastWidth && height >= leastHeight;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

const noTerminal: Failure = {
  code: "BW015",
  message: "--output tty needs a terminal, and stdout or stderr is none",
  why: "cursor movements would end up in a file or a pipe",
  fix: "leave --output away, or use --output plain",
};

function unknownMode(mode: string): Failure {
  return {
    code: "BW013",
    message: `BREAKWATER_OUTPUT is "${mode}", which is no output mode`,
    fix: "use one of auto, tty, plain, json, quiet",
  };
}
