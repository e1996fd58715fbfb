/** A command that only shows something, and the part of a file that it shows where it is a part of one. */
export type ReadingCommand = { readonly part?: FilePart };

/** `start` is the first line, or counted from the end where it is negative. */
export type FilePart = { readonly path: string; readonly start: number; readonly written: string };

/**
 * Whether a command line only shows what is there, judged by its words: every program in it is known to change
 * nothing, and nothing is redirected into a file. Undefined for everything else; in doubt it is no such command.
 */
export function readingCommand(command: string): ReadingCommand | undefined {
  const line = command.slice(0, MOST_COMMAND).replace(HARMLESS, " ");
  if (/[>`]|\$\(|<</u.test(line)) return undefined;
  const segments = line.split(/\|\||&&|[|;&\n]/u).map((segment) => segment.trim());
  const shown = segments.filter((segment) => segment !== "" && !/^cd\s/u.test(segment));
  if (shown.length === 0 || !shown.every(showsOnly)) return undefined;
  const part = partOf(shown);
  return part === undefined ? {} : { part };
}

/** The command that a shell was only started for, as some runtimes write every command; else the line itself. */
export function innerCommand(line: string): string {
  const [, single, double] = IN_SHELL.exec(line) ?? [];
  return single ?? double ?? line;
}

/** Quotes in which a shell reads no further signs; others are left as they are. */
const IN_SHELL = /^(?:\/\S{1,200}\/)?(?:ba|z|da)?sh -l?c (?:'([^']*)'|"([^"\\$`]*)")$/u;

const MOST_COMMAND = 4_000;
const HARMLESS = /\d?>&\d|[\d&]?> {0,2}\/dev\/null/gu;

function showsOnly(segment: string): boolean {
  const [program = "", ...rest] = segment.split(/\s{1,40}/u);
  if (program === "git") return SHOWING_GIT.has(rest.find((word) => !word.startsWith("-")) ?? "");
  if (program === "sed") return rest.some((word) => /^-\w{0,4}n/u.test(word)) && !rest.some(isInPlace);
  if (program === "find") return !rest.some((word) => /^-(?:delete|exec|execdir|ok)$/u.test(word));
  return SHOWING.has(program);
}

const isInPlace = (word: string): boolean => /^-\w{0,4}i|^--in-place/u.test(word);

const SHOWING = new Set(
  "cat ls grep egrep fgrep rg ag find head tail wc pwd which file stat tree awk nl less more sort uniq cut tr jq diff cmp du df column echo bat fd realpath basename dirname type".split(
    " ",
  ),
);
const SHOWING_GIT = new Set("status diff log show blame branch ls-files grep rev-parse".split(" "));

function partOf(segments: readonly string[]): FilePart | undefined {
  const [first = "", second = ""] = segments;
  const whole = /^(?:cat|nl)(?: -\w{1,4})* +([^\s|]{1,4096})$/u.exec(first)?.[1];
  const cut = cutOf(whole === undefined ? first : `${second} ${whole}`);
  if (cut === undefined || segments.length > (whole === undefined ? 2 : 3)) return undefined;
  return { ...cut, path: cut.path.replace(/^["']|["']$/gu, "") };
}

function cutOf(segment: string): FilePart | undefined {
  const sed = /^sed +-n +["']?(\d{1,9})(?:, ?(?:\d{1,9}|\$))?p["']? +(\S{1,4096})$/u.exec(segment);
  if (sed !== null) return { start: Number(sed[1]), path: sed[2] ?? "", written: segment };
  const ends = /^(head|tail) +(?:-n *|-)(\+?)(\d{1,9}) +(\S{1,4096})$/u.exec(segment);
  if (ends !== null) {
    const [, program, plus, count, path = ""] = ends;
    const fromEnd = program === "tail" && plus === "";
    return { start: fromEnd ? -Number(count) : plus === "" ? 1 : Number(count), path, written: segment };
  }
  const awk = /^awk +["']NR ?>=? ?(\d{1,9}).{0,80}["'] +(\S{1,4096})$/u.exec(segment);
  return awk === null ? undefined : { start: Number(awk[1]), path: awk[2] ?? "", written: segment };
}
