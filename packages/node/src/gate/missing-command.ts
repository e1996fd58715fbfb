import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, resolve } from "node:path";

/** What is known of a command that ended with 127, the code of a shell that did not find a program. */
export type NotFound = {
  readonly command: string;
  readonly folder: string;
  readonly path: string;
  /** What the command printed, plain. */
  readonly text: string;
};

/**
 * The program that a shell did not find, after exit code 127. The first word of the command is looked up
 * itself; only where it exists is the name taken from the shell's message, because scripts start shells too.
 * `undefined` where nothing but the code points to a missing program.
 */
export async function missingProgram(about: NotFound): Promise<string | undefined> {
  const first = firstProgram(about.command);
  if (first !== undefined && !(await exists(first, about))) return first;
  return namedByShell(about.text);
}

/** The first word that a POSIX shell would run, behind assignments; `undefined` where that needs a parser. */
function firstProgram(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  const word = words.find((each) => !/^[A-Za-z_]\w*=[^"'`$\\]*$/.test(each));
  if (word === undefined || !/^[\w./+@:-]+$/.test(word)) return undefined;
  return SHELL_WORDS.has(word) ? undefined : word;
}

const SHELL_WORDS = new Set(
  (
    ". : [ alias bg break case cd command continue do done echo elif else esac eval exec exit export false fg fi for " +
    "getopts hash if in jobs kill local printf pwd read readonly return set shift test then time times trap true " +
    "type ulimit umask unalias unset until wait while"
  ).split(" "),
);

async function exists(program: string, about: NotFound): Promise<boolean> {
  if (program.includes("/")) return canRun(resolve(about.folder, program));
  for (const folder of about.path.split(delimiter)) {
    if (await canRun(resolve(about.folder, folder, program))) return true;
  }
  return false;
}

async function canRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** dash: `sh: 1: x: not found`, bash: `bash: line 1: x: command not found`, zsh: `zsh: command not found: x`. */
function namedByShell(text: string): string | undefined {
  for (const line of text.slice(-8_000).split("\n").toReversed()) {
    const zsh = line.indexOf(": command not found: ");
    if (zsh !== -1) return shortName(line.slice(zsh + 21));
    const end = [": command not found", ": not found"].find((each) => line.trimEnd().endsWith(each));
    if (end !== undefined) return shortName(line.trimEnd().slice(0, -end.length).split(": ").at(-1) ?? "");
  }
  return undefined;
}

function shortName(text: string): string | undefined {
  const name = text.trim().slice(0, 200);
  return name === "" ? undefined : name;
}
