/** How a language writes comments and strings; `triple` are delimiters of strings over several lines. */
export type Lexicon = {
  readonly line: readonly string[];
  readonly block?: readonly [open: string, close: string];
  readonly quotes: readonly string[];
  readonly triple: readonly string[];
  readonly regex: boolean;
};

/**
 * Blanks comments, and in `masked` also the content of strings, keeping every offset and newline. Linear in
 * the text; an unterminated string ends with its line, so that one stray quote does not hide a file.
 */
export function maskCode(
  text: string,
  lexicon: Lexicon,
): { readonly masked: string; readonly plain: string } {
  const masked: string[] = [];
  const plain: string[] = [];
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at, { lexicon, before: masked });
    const part = text.slice(at, at + token.length);
    plain.push(token.kind === "comment" ? blank(part) : part);
    masked.push(maskedPart(token, part));
    at += token.length;
  }
  return { masked: masked.join(""), plain: plain.join("") };
}

function maskedPart(token: Token, part: string): string {
  switch (token.kind) {
    case "code":
      return part;
    case "comment":
      return blank(part);
    case "string":
      return hollow(part, token.edge);
  }
}

type Token =
  | { readonly kind: "code"; readonly length: number }
  | { readonly kind: "comment"; readonly length: number }
  | { readonly kind: "string"; readonly length: number; readonly edge: number };

type Sight = { readonly lexicon: Lexicon; readonly before: readonly string[] };

function tokenAt(text: string, at: number, { lexicon, before }: Sight): Token {
  if (lexicon.line.some((mark) => text.startsWith(mark, at)))
    return { kind: "comment", length: endOf(text, "\n", at) - at };
  const { block } = lexicon;
  if (block !== undefined && text.startsWith(block[0], at))
    return { kind: "comment", length: endOf(text, block[1], at + block[0].length) + block[1].length - at };
  const triple = lexicon.triple.find((mark) => text.startsWith(mark, at));
  if (triple !== undefined) {
    const end = endOf(text, triple, at + triple.length);
    return { kind: "string", length: Math.min(text.length, end + triple.length) - at, edge: triple.length };
  }
  const first = text[at] ?? "";
  if (lexicon.quotes.includes(first)) return { kind: "string", length: stringLength(text, at), edge: 1 };
  if (first === "/" && lexicon.regex && mayBeginRegex(before))
    return { kind: "string", length: stringLength(text, at), edge: 1 };
  return { kind: "code", length: 1 };
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

function stringLength(text: string, at: number): number {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end += 1) {
    const each = text[end];
    if (each === "\\") end += 1;
    else if (each === quote) return end + 1 - at;
    else if (each === "\n" && quote !== "`") return end - at;
  }
  return text.length - at;
}

/** After a value a slash divides; after an operator or an opening bracket it begins a pattern. */
function mayBeginRegex(before: readonly string[]): boolean {
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const part = before[at] ?? "";
    if (part.trim() !== "") return /[(,=:[!&|?{};+<>~^*%-]$/.test(part);
  }
  return true;
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, " ");
}

function hollow(part: string, edge: number): string {
  if (part.length < 2 * edge) return part;
  return `${part.slice(0, edge)}${blank(part.slice(edge, -edge))}${part.slice(-edge)}`;
}

/**
 * For each opening bracket of masked text the index behind the one that closes it; the end of the text where
 * none does. One pass, so that asking for many brackets stays linear.
 */
export function closingBrackets(masked: string): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < masked.length; at += 1) {
    const each = masked[at] ?? "";
    if ("([{".includes(each)) open.push(at);
    else if (")]}".includes(each)) {
      const begun = open.pop();
      if (begun !== undefined) closings.set(begun, at + 1);
    }
  }
  for (const each of open) closings.set(each, masked.length);
  return closings;
}
