import { innerCommand, type ReadingCommand, readingCommand } from "./reading-command.ts";

/** What the words of a command tell. */
export type Command = {
  readonly loose: string;
  /** Set where it only shows something. */
  readonly reading: ReadingCommand | undefined;
  /** Whether it waits for something. */
  readonly patient: boolean;
  readonly isCheck: boolean;
};

/** Reads a command by its words, or the one that a shell was only started for; pure and bounded. */
export function describeCommand(
  line: string,
  { patience, checks }: { readonly patience: ReadonlySet<string>; readonly checks: ReadonlySet<string> },
): Command {
  const command = innerCommand(line);
  const words = command.slice(0, MOST_COMMAND).split(/[\s;&|()"':/]{1,40}/u);
  return {
    loose: looseCommand(command),
    reading: readingCommand(command),
    patient: words.some((word) => patience.has(word)) || LOG.test(command),
    isCheck: words.some((word) => checks.has(word)),
  };
}

/** Who looks at the end of a log waits for what comes next. */
const LOG = /^tail\b[^|;&]{0,200}\.(?:log|out)\b/u;

/** A command without what changes only how much of its output is seen. */
export function looseCommand(command: string): string {
  const cut = command.slice(0, MOST_COMMAND).trim();
  if (!/[|>]|\s\s/u.test(cut)) return cut;
  return cut
    .replace(/\d?>&\d/gu, " ")
    .replace(/\| {0,4}(?:tail|head|cat)\b[^|;&]{0,40}$/u, " ")
    .replace(/\s{1,40}/gu, " ")
    .trim();
}

const MOST_COMMAND = 4_000;
