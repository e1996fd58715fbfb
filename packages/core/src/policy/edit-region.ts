/** A part of a file by its lines, with the name of what is declared there where one is found. */
export type Region = {
  readonly file: string;
  readonly symbol?: string;
  /** Numbered from 1; both belong to it. */
  readonly from: number;
  readonly to: number;
};

/** A file as it was and as an attempt left it; `before` is absent where it is not known to have changed. */
export type RegionSource = { readonly file: string; readonly before?: string; readonly after: string };

const MOST_REGIONS = 12;
const MOST_LINE = 300;

/**
 * Where a file was edited, else what it declares, in the order of the lines. Found by words and indentation,
 * whatever the language; a file in which nothing is found has none.
 */
export function regionsOf({ file, before, after }: RegionSource): readonly Region[] {
  const lines = after.split("\n").map((line) => line.slice(0, MOST_LINE));
  const symbols = declarationsIn(lines);
  const edited = before === undefined ? [] : editedLines(lines, before);
  const found = edited.length === 0 ? symbols : editedRegions(symbols, edited);
  return found.slice(0, MOST_REGIONS).map((each) => ({ file, ...each }));
}

type Span = Omit<Region, "file">;

/** Lines that the file did not have before, by their numbers. */
function editedLines(lines: readonly string[], before: string): readonly number[] {
  const known = new Set(before.split("\n").map((line) => line.slice(0, MOST_LINE).trim()));
  return lines.flatMap((line, index) => (known.has(line.trim()) ? [] : [index + 1]));
}

/** The innermost declaration around each edited line, or the edited lines themselves where there is none. */
function editedRegions(symbols: readonly Span[], edited: readonly number[]): readonly Span[] {
  const spans = new Map<number, Span>();
  for (const line of edited) {
    const around = symbols.findLast((each) => each.from <= line && line <= each.to);
    const last = [...spans.values()].at(-1);
    if (around !== undefined) spans.set(around.from, around);
    else if (last?.symbol === undefined && last?.to === line - 1) spans.set(last.from, { ...last, to: line });
    else spans.set(line, { from: line, to: line });
  }
  return [...spans.values()];
}

function declarationsIn(lines: readonly string[]): readonly Span[] {
  return lines.flatMap((line, index) => {
    const symbol = symbolIn(line);
    return symbol === undefined ? [] : [{ symbol, from: index + 1, to: endOf(lines, index) }];
  });
}

/** A block ends before the next line that is indented no deeper, and with it where that only closes. */
function endOf(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? "");
  let last = start;
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    if (indentOf(line) > depth) last = at;
    else return (CLOSES.test(line) ? at : last) + 1;
  }
  return last + 1;
}

const CLOSES = /^\s*(?:[)\]}]|end\b)/u;

const indentOf = (line: string): number => line.length - line.trimStart().length;

const NAME = String.raw`([A-Za-z_$#][\w$]*)`;
const MODIFIERS = String.raw`(?:(?:export|default|declare|public|private|protected|internal|static|async|abstract|final|override|readonly|pub(?:\([a-z]+\))?|unsafe|get|set) )*`;
const DECLARATIONS: readonly RegExp[] = [
  // A type, a function, a module by its keyword; the receiver of a method of Go stands before the name.
  new RegExp(
    String.raw`^\s*${MODIFIERS}(?:function\*?|class|interface|type|enum|struct|trait|impl|module|namespace|def|fn|func|object|record) (?:\([^)]*\) )?(?:self\.)?${NAME}`,
    "u",
  ),
  // A function as a value.
  new RegExp(
    String.raw`^\s*${MODIFIERS}(?:const|let|var) ${NAME}[^=]*= (?:async )?(?:function\b|\(|[\w$]+ =>)`,
    "u",
  ),
  // A method, or a function of C and its like.
  new RegExp(String.raw`^\s*${MODIFIERS}(?:[\w:<>*&,[\]]+ [*&]?)?${NAME}\([^;=]*\)[^;=(]*\{\s*$`, "u"),
];
const NO_SYMBOLS: ReadonlySet<string> = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "return",
  "else",
  "function",
]);

function symbolIn(line: string): string | undefined {
  const name = DECLARATIONS.map((form) => form.exec(line)?.[1]).find((each) => each !== undefined);
  return name === undefined || NO_SYMBOLS.has(name) ? undefined : name;
}

/** What the next attempt reads about regions: one line for each file; none for none. */
export function regionLines(regions: readonly Region[]): readonly string[] {
  const files = [...new Set(regions.map((each) => each.file))];
  return files.map((file) => {
    const parts = regions.filter((each) => each.file === file).map(partText);
    return `Look at these lines of ${file} as the attempt left it: ${parts.join(", ")}.`;
  });
}

function partText({ symbol, from, to }: Region): string {
  const lines = from === to ? `line ${from}` : `lines ${from}-${to}`;
  return symbol === undefined ? lines : `${lines} (${symbol})`;
}
