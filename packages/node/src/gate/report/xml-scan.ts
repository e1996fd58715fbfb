/** A start of an element with its decoded attributes. */
export type XmlOpening = {
  readonly kind: "open";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
};

/** What a scan meets, in order. Text between elements is not reported. */
export type XmlEvent = XmlOpening | { readonly kind: "close"; readonly name: string };

const DEEPEST = 64;
const MOST_ATTRIBUTES = 64;
const NO_ATTRIBUTES: Map<string, string> = new Map();
const NAME = /[A-Za-z_:][\w:.-]{0,120}/y;

/**
 * Reads a well-formed XML document, hands each event to `visit` and gives true; false where it is not
 * well-formed, and then what was visited means nothing. It knows elements, attributes, comments, CDATA and
 * processing instructions and nothing else: a DOCTYPE or an entity of its own ends the scan, so nothing can be
 * expanded. Linear in the text.
 */
export function scanXml(text: string, visit: (event: XmlEvent) => void): boolean {
  const open: string[] = [];
  let at = text.indexOf("<");
  let roots = 0;
  while (at !== -1) {
    const piece = readPiece(text, at);
    if (piece === undefined) return false;
    for (const event of piece.events) {
      if (event.kind === "open") {
        if (open.length === 0) roots += 1;
        open.push(event.name);
      } else if (open.pop() !== event.name) return false;
      if (open.length > DEEPEST || roots > 1) return false;
      visit(event);
    }
    at = text.indexOf("<", piece.end);
  }
  return open.length === 0 && roots === 1;
}

type Piece = { readonly end: number; readonly events: readonly XmlEvent[] };

function readPiece(text: string, at: number): Piece | undefined {
  if (text.startsWith("<!--", at)) return skipTo(text, "-->", at + 4);
  if (text.startsWith("<![CDATA[", at)) return skipTo(text, "]]>", at + 9);
  if (text.startsWith("<?", at)) return skipTo(text, "?>", at + 2);
  if (text.startsWith("</", at)) return readClose(text, at + 2);
  return readOpen(text, at + 1);
}

function skipTo(text: string, mark: string, from: number): Piece | undefined {
  const found = text.indexOf(mark, from);
  return found === -1 ? undefined : { end: found + mark.length, events: [] };
}

function readClose(text: string, from: number): Piece | undefined {
  const name = readName(text, from);
  if (name === undefined) return undefined;
  const at = skipSpace(text, from + name.length);
  return text[at] === ">" ? { end: at + 1, events: [{ kind: "close", name }] } : undefined;
}

function readOpen(text: string, from: number): Piece | undefined {
  const name = readName(text, from);
  if (name === undefined) return undefined;
  let at = skipSpace(text, from + name.length);
  const attributes = text[at] === ">" ? NO_ATTRIBUTES : new Map<string, string>();
  while (text[at] !== ">" && text[at] !== "/") {
    const next = readAttribute(text, at, attributes);
    if (next === undefined || attributes.size > MOST_ATTRIBUTES) return undefined;
    at = skipSpace(text, next);
  }
  const opening: XmlEvent = { kind: "open", name, attributes };
  if (text[at] === ">") return { end: at + 1, events: [opening] };
  return text[at + 1] === ">" ? { end: at + 2, events: [opening, { kind: "close", name }] } : undefined;
}

/** Adds one attribute to `into` and gives the place behind it. */
function readAttribute(text: string, from: number, into: Map<string, string>): number | undefined {
  const name = readName(text, from);
  if (name === undefined || into.has(name)) return undefined;
  const equals = skipSpace(text, from + name.length);
  if (text[equals] !== "=") return undefined;
  const start = skipSpace(text, equals + 1);
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return undefined;
  const end = text.indexOf(quote, start + 1);
  const value = end === -1 ? undefined : decode(text.slice(start + 1, end));
  if (value === undefined) return undefined;
  into.set(name, value);
  return end + 1;
}

function readName(text: string, from: number): string | undefined {
  NAME.lastIndex = from;
  return NAME.exec(text)?.[0];
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\t" || text[at] === "\r") at += 1;
  return at;
}

const PREDEFINED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Replaces the five predefined entities and character numbers; any other entity makes the text invalid. */
function decode(text: string): string | undefined {
  if (!text.includes("&")) return text;
  let valid = true;
  const decoded = text.replaceAll(/&([^;&]{0,12};)?/g, (_, body: string | undefined) => {
    const character = body === undefined ? undefined : characterOf(body.slice(0, -1));
    if (character === undefined) valid = false;
    return character ?? "";
  });
  return valid ? decoded : undefined;
}

function characterOf(entity: string): string | undefined {
  const predefined = PREDEFINED.get(entity);
  if (predefined !== undefined) return predefined;
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(entity);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
