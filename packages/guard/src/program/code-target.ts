import { type Arg, HOLE, literal, SUPPLIED } from "../shell/arg.ts";
import type { Shell } from "../shell/shell.ts";
import { judgeTarget } from "./write-access.ts";

const NAME = String.raw`[A-Za-z_$][\w$]*`;
const TEXT = String.raw`[rbuf]?(?:"([^"\\\n]{0,400})"|'([^'\\\n]{0,400})')`;
const PATH = String.raw`(?:\w+\.)?Path\s?\(\s?${TEXT}\s?\)`;
const MOST_TARGETS = 64;

/** Where a file is opened for writing or replaced, by a name that stands for it. */
const WRITES: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:open|File\.(?:open|new)|fopen|openSync|codecs\.open)\s?\(?\s?(${NAME})\s?,\s?(?:mode\s?=\s?)?["'][rbt]*[wax+][^"']{0,4}["']`,
    "g",
  ),
  new RegExp(
    String.raw`\b(?:writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream|outputFile(?:Sync)?|file_put_contents|File\.write|IO\.write|Deno\.write\w+|Bun\.write)\s?\(?\s?(${NAME})\s?,`,
    "g",
  ),
  new RegExp(String.raw`(?<![.\w$)])(${NAME})\.(?:write_text|write_bytes)\s?\(`, "g"),
  new RegExp(String.raw`(?<![.\w$)])(${NAME})\.open\s?\(\s?["'][wax]`, "g"),
];
/** The same where the place is put together on the spot. */
const BUILT =
  /\b(?:(?:writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream)\s?\(|open\s?\()\s?(?:os\.path\.join|path\.(?:join|resolve)|str|join)\s?\((?=[^\n]{0,200}?(?:,\s?["'][rbt]*[wax+]|\)))/g;

/** Ways by which a name comes to stand for a text, a file or the files below a folder. */
const BOUND = new RegExp(String.raw`(?<![.\w$])(${NAME})\s?=\s?(?:${TEXT}|${PATH})(?=\s?(?:[;\n)]|$))`, "g");
const LISTED = new RegExp(String.raw`(?<![.\w$])(${NAME})\s?=\s?[[(]([^\])]{0,2000})[\])]`, "g");
const WALKED = new RegExp(
  String.raw`\bfor\s?\(?\s?(?:const |let |var )?(${NAME})\s(?:in|of)\s([^:;{\n]{1,2000})`,
  "g",
);
const GIVEN = new RegExp(
  String.raw`\b(?:def|function)\s(${NAME})\s?\(\s?(${NAME})|\b(${NAME})\s?=\s?(?:async\s?)?\(?\s?(${NAME})[^=()]{0,200}\)?\s?=>`,
  "g",
);

/**
 * Judges what code writes by a name and not by a literal text: every text that the name may stand for; where
 * none is visible, the write is asked about. Takes time in proportion to the length.
 */
export function judgeNamedTargets(code: string, shell: Shell): void {
  const names = new Set(WRITES.flatMap((each) => [...code.matchAll(each)].map((match) => match[1] ?? "")));
  if (names.size === 0 && code.search(BUILT) < 0) return;
  const known = valuesIn(code);
  for (const name of [...names].slice(0, MOST_TARGETS))
    for (const value of known.get(name) ?? [literal(HOLE)]) judgeTarget(value, shell, "file");
  if (code.search(BUILT) >= 0 || names.size > MOST_TARGETS) judgeTarget(literal(HOLE), shell, "file");
}

/** What each name may stand for, as far as literal texts say it. */
function valuesIn(code: string): ReadonlyMap<string, readonly Arg[]> {
  const known = new Map<string, Arg[]>();
  const add = (name: string | undefined, values: readonly Arg[]): void => {
    if (name === undefined || values.length === 0) return;
    known.set(name, [...(known.get(name) ?? []), ...values].slice(0, MOST_TARGETS));
  };
  for (const [, name, ...texts] of code.matchAll(BOUND)) add(name, texts.filter(isText).map(literal));
  for (const [, name, list] of code.matchAll(LISTED)) add(name, textsIn(list ?? ""));
  for (const [, name, source] of code.matchAll(WALKED)) add(name, walked(source ?? "", known));
  for (const [, func, first, arrow, given] of code.matchAll(GIVEN))
    add(first ?? given, argumentsOf(func ?? arrow ?? "", code, known));
  return known;
}

/** What a loop goes through: a list, a list by name, or the files that a pattern matches. */
function walked(source: string, known: ReadonlyMap<string, readonly Arg[]>): readonly Arg[] {
  const below = new RegExp(String.raw`^(?:sorted\(|list\()?${PATH}\.r?glob\(`).exec(source);
  if (below !== null) return [{ text: `${below[1] ?? below[2] ?? ""}/${SUPPLIED}`, glob: true }];
  const matched = new RegExp(String.raw`^(?:sorted\(|list\()?(?:\w+\.)?i?glob(?:Sync)?\(\s?${TEXT}`).exec(
    source,
  );
  if (matched !== null) return [{ text: matched[1] ?? matched[2] ?? "", glob: true }];
  const name = new RegExp(String.raw`^${NAME}$`).exec(source.trim());
  if (name !== null) return known.get(name[0]) ?? [];
  return /^\s?[[(]/.test(source) ? textsIn(source) : [];
}

/** The first argument of each call of a function of the code. */
function argumentsOf(name: string, code: string, known: ReadonlyMap<string, readonly Arg[]>): readonly Arg[] {
  const called = new RegExp(
    String.raw`(?<![.\w$]|def |function )${name.replaceAll("$", String.raw`\$`)}\s?\(\s?(?:${TEXT}|(${NAME}))`,
    "g",
  );
  return [...code.matchAll(called)].flatMap(([, double, single, given]) =>
    given === undefined ? [literal(double ?? single ?? "")] : (known.get(given) ?? [literal(HOLE)]),
  );
}

function textsIn(list: string): readonly Arg[] {
  return [...list.matchAll(new RegExp(TEXT, "g"))].map((match) => literal(match[1] ?? match[2] ?? ""));
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
