import { fail, ok, type Result } from "@breakwater/core";

/** One step that prepares a fixture: a program and its arguments, started without a shell. */
export type SetupStep = readonly [string, ...string[]];

/** Programs that only make, link or change entries; a corpus may name no other. */
const PROGRAMS: ReadonlySet<string> = new Set([
  "ln",
  "mkdir",
  "touch",
  "rm",
  "rmdir",
  "cp",
  "mv",
  "chmod",
  "mkfifo",
]);

/**
 * Reads one line of a case's setup: plain words, single or double quotes, one known program. A corpus comes from
 * somewhere, so nothing of it reaches a shell. The failure is BW782.
 */
export function readSetupStep(line: string): Result<SetupStep> {
  const words: string[] = [];
  const pattern = /\s*(?:'([^']*)'|"([^"$`\\]*)"|([^\s'"$`\\;&|<>(){}*?[\]~#]+))(?=\s|$)/y;
  let at = 0;
  while (line.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const word = pattern.exec(line);
    if (word === null) return refused(line, "it is more than plain words");
    words.push(word[1] ?? word[2] ?? word[3] ?? "");
    at = pattern.lastIndex;
  }
  const [program, ...rest] = words;
  if (program === undefined) return refused(line, "it is empty");
  return PROGRAMS.has(program)
    ? ok([program, ...rest])
    : refused(line, `${program} is not among ${[...PROGRAMS].join(", ")}`);
}

function refused(line: string, reason: string): Result<never> {
  return fail({
    code: "BW782",
    message: `the setup step ${JSON.stringify(line)} is not carried out: ${reason}`,
    why: "the setup of a case is started on this machine, so it is limited to what makes files and links",
    fix: "write one program and plain words, for example: ln -s ../web src/api/link",
  });
}
