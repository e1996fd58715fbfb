import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";

/** As deep as wrappers are followed, and as large as one is read. */
const MOST_DEPTH = 4;
const MOST_BYTES = 64 * 1024;

/**
 * The programs in which a wrapper script ends: what its lines with `exec` name, and what
 * those end in. Absolute; links and where they lead. Only what stands there word by word is followed: absolute paths, paths from the script's own
 * folder, from the home. Whatever a script computes is not, and a program that is no shell script names
 * nothing. Never throws.
 */
export function wrappedPrograms(file: string, depth = MOST_DEPTH): readonly string[] {
  if (depth === 0) return [];
  const script = scriptIn(file);
  if (script === undefined) return [];
  const named = execLines(script).flatMap((line) => programsOf(wordsOf(line, placesIn(script, file))));
  const found = [...new Set(named.flatMap(realFile))].filter((path) => path !== file);
  return [...new Set(found.flatMap((path) => [path, ...wrappedPrograms(path, depth - 1)]))];
}

/** The text of a script for a shell; `undefined` for whatever else a file is. */
function scriptIn(file: string): string | undefined {
  try {
    if (statSync(file).size > MOST_BYTES) return undefined;
    const text = readFileSync(file, "utf8");
    return /^#!\s*\/\S+(?:\/env\s+|\/)(?:ba|da|k|z)?sh\b/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function execLines(script: string): readonly string[] {
  return script.split("\n").flatMap((line) => /^\s*exec\s+(.+)$/u.exec(line)?.[1] ?? []);
}

type Places = Readonly<Record<string, string>>;

/** Variables of a script whose value is known: the home, and those that hold the folder of the script. */
function placesIn(script: string, file: string): Places {
  const own = [...script.matchAll(/^\s*(\w+)=.*(?:\bdirname\b|\$\{0%\/\*\})/gmu)].flatMap(
    ([, name]) => name ?? [],
  );
  return { HOME: homedir(), ...Object.fromEntries(own.map((name) => [name, dirname(file)])) };
}

/** The words of a line, without their quotes; one that holds anything unknown is left out. */
function wordsOf(line: string, places: Places): readonly string[] {
  return (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/gu) ?? []).flatMap((word) => {
    const plain = word.replace(/"([^"]*)"|'([^']*)'/gu, (_all, double, single) => String(double ?? single));
    const known = plain.replace(/\$\{?(\w+)\}?/gu, (all, name) => places[String(name)] ?? all);
    return /[$`*?]/u.test(known) ? [] : [known];
  });
}

const INTERPRETERS: ReadonlySet<string> = new Set(["node", "bun", "deno", "python3", "sh", "bash"]);

/** The program that a line starts, and the script that an interpreter gets; no other argument. */
function programsOf(words: readonly string[]): readonly string[] {
  const [program, ...rest] = words.filter((word) => basename(word) !== "env" && !/^(?:-|\w+=)/u.test(word));
  if (program === undefined) return [];
  const script = INTERPRETERS.has(basename(program)) ? rest.slice(0, 1).filter(isScript) : [];
  return [program, ...script].filter(isAbsolute).map((path) => join(path));
}

function isScript(path: string): boolean {
  return /\.(?:[cm]?js|py|sh)$/u.test(path) || isExecutable(path);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function realFile(path: string): readonly string[] {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isFile()) return [];
    // A link is called by its own name, wherever it leads.
    return real === path ? [real] : [path, real];
  } catch {
    return [];
  }
}
