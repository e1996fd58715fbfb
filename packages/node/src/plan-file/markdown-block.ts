/** A part of a Markdown plan's top level with its offsets; `to` is behind its last character. */
export type Block =
  | { readonly kind: "front-matter" | "other"; readonly from: number; readonly to: number }
  | HeadingBlock
  | ListBlock;

export type HeadingBlock = {
  readonly kind: "heading";
  readonly depth: number;
  readonly from: number;
  readonly to: number;
};

export type ListBlock = {
  readonly kind: "list";
  readonly from: number;
  readonly to: number;
  readonly items: readonly ListItem[];
};

/** An item of a list: the bounds of its first paragraph, its nested items, and whether it holds more. */
export type ListItem = {
  readonly from: number;
  readonly to: number;
  readonly text?: readonly [number, number];
  readonly nested?: { readonly items: readonly ListItem[] };
  readonly more: boolean;
};

/** A line without its end, with its offset. */
type Line = { readonly from: number; readonly text: string };

/**
 * The parts of a Markdown file that a plan is made of: front matter, headings of level 1 to 3, and bullet
 * lists with one level of nesting. Everything else is `other`; fenced code and comments hide what is in them.
 *
 * Takes time linear in the text, whatever it holds. On the Markdown that people write it agrees with
 * CommonMark, which a test checks against a full parser.
 */
export function blocksOf(text: string): readonly Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  let at = frontMatterEnd(lines);
  if (at > 0) blocks.push({ kind: "front-matter", from: 0, to: endOf(lines[at - 1]) });
  while (at < lines.length) {
    const line = lines[at];
    if (line === undefined) break;
    const depth = headingDepth(line.text);
    const list = depth === 0 ? listAt(lines, at) : undefined;
    if (depth > 0) {
      const lead = line.text.length - line.text.trimStart().length;
      blocks.push({
        kind: "heading",
        depth,
        from: line.from + lead,
        to: line.from + line.text.trimEnd().length,
      });
      at += 1;
    } else if (list !== undefined) {
      blocks.push(list.block);
      at = list.next;
    } else {
      const next = otherEnd(lines, at);
      if (line.text.trim() !== "")
        blocks.push({ kind: "other", from: line.from, to: endOf(lines[next - 1]) });
      at = next;
    }
  }
  return blocks;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from <= text.length;) {
    const end = text.indexOf("\n", from);
    const stop = end === -1 ? text.length : end;
    lines.push({
      from,
      text:
        text.charAt(stop - 1) === "\r" && stop > from ? text.slice(from, stop - 1) : text.slice(from, stop),
    });
    from = stop + 1;
  }
  return lines;
}

function endOf(line: Line | undefined): number {
  return line === undefined ? 0 : line.from + line.text.length;
}

function frontMatterEnd(lines: readonly Line[]): number {
  if (!isDashes(lines[0]?.text)) return 0;
  const close = lines.findIndex((line, index) => index > 0 && isDashes(line.text));
  return close === -1 ? 0 : close + 1;
}

function isDashes(text: string | undefined): boolean {
  return text !== undefined && text.startsWith("---") && text.slice(3).trim() === "";
}

/** 1 to 6 for a heading, 0 for any other line. */
function headingDepth(text: string): number {
  return /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(text)?.[1]?.length ?? 0;
}

/** The line behind the block that starts here: a fence, a comment, or a single line. */
function otherEnd(lines: readonly Line[], at: number): number {
  const text = lines[at]?.text ?? "";
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
  if (
    fence !== undefined &&
    !(fence.startsWith("`") && text.slice(text.indexOf(fence) + fence.length).includes("`"))
  ) {
    return behind(lines, at + 1, (line) => closesFence(line, fence));
  }
  if (/^ {0,3}<!--/.test(text)) return behind(lines, at, (line) => line.includes("-->"));
  return at + 1;
}

function behind(lines: readonly Line[], from: number, isLast: (text: string) => boolean): number {
  for (let at = from; at < lines.length; at += 1) if (isLast(lines[at]?.text ?? "")) return at + 1;
  return lines.length;
}

function closesFence(text: string, fence: string): boolean {
  const trimmed = text.trim();
  const indent = text.length - text.trimStart().length;
  return indent <= 3 && trimmed.length >= fence.length && trimmed === fence.charAt(0).repeat(trimmed.length);
}

type Bullet = { readonly indent: number; readonly content: number; readonly sign: string };

function bulletOf(text: string): Bullet | undefined {
  const match = /^([ ]{0,12})([-*+])(?:([ \t]+)(?=\S)|[ \t]*$)/.exec(text);
  if (match === null) return undefined;
  const indent = match[1]?.length ?? 0;
  // A rule of dashes or stars is no item.
  if (/^(?:-[ \t]*){3,}$|^(?:\*[ \t]*){3,}$/.test(text.trim())) return undefined;
  return { indent, content: indent + 1 + Math.max(1, match[3]?.length ?? 1), sign: match[2] ?? "-" };
}

/** The list that starts at a line, and the line behind it. */
function listAt(
  lines: readonly Line[],
  start: number,
): { readonly block: ListBlock; readonly next: number } | undefined {
  const first = bulletOf(lines[start]?.text ?? "");
  if (first === undefined || first.indent > 3) return undefined;
  const items: ListItem[] = [];
  let at = start;
  let last = start;
  while (at < lines.length) {
    const bullet = bulletOf(lines[at]?.text ?? "");
    if (bullet === undefined || bullet.indent > 3 || bullet.sign !== first.sign) break;
    const end = itemEnd(lines, at, bullet);
    last = end - 1;
    items.push(itemOf(lines.slice(at, end), bullet));
    at = end;
    while (lines[at]?.text.trim() === "") at += 1;
  }
  const from = (lines[start]?.from ?? 0) + first.indent;
  return { block: { kind: "list", from, to: endOf(lines[last]), items }, next: last + 1 };
}

/** The line behind an item: its content is indented, or continues its paragraph without a blank line. */
function itemEnd(lines: readonly Line[], start: number, bullet: Bullet): number {
  let end = start + 1;
  let blank = false;
  for (let at = start + 1; at < lines.length; at += 1) {
    const text = lines[at]?.text ?? "";
    if (text.trim() === "") {
      blank = true;
      continue;
    }
    const indent = indentOf(text);
    if (indent < bullet.content && (blank || breaksParagraph(text))) break;
    end = at + 1;
    blank = false;
  }
  return end;
}

function breaksParagraph(text: string): boolean {
  return bulletOf(text) !== undefined || headingDepth(text) > 0 || /^ {0,3}(?:```|~~~|<!--|>)/.test(text);
}

function indentOf(text: string): number {
  return text.length - text.replace(/^[ \t]+/, "").length;
}

/** An item from its lines: a paragraph, then at most one list of items; anything else is `more`. */
function itemOf(lines: readonly Line[], bullet: Bullet): ListItem {
  const [head] = lines;
  const from = (head?.from ?? 0) + bullet.indent;
  const to = endOf(lines.at(-1));
  const rest = lines.slice(1);
  const isContinuation = (line: Line): boolean => line.text.trim() !== "" && !breaksParagraph(line.text);
  const stop = rest.findIndex((line) => !isContinuation(line));
  const paragraph = stop === -1 ? rest : rest.slice(0, stop);
  const below = stop === -1 ? [] : rest.slice(stop);
  const content = (head?.from ?? 0) + Math.min(bullet.content, head?.text.length ?? 0);
  const textEnd = trimmedEnd(paragraph.at(-1) ?? head);
  const nested = nestedItems(below);
  const text: readonly [number, number] | undefined = textEnd > content ? [content, textEnd] : undefined;
  return {
    from,
    to,
    more: nested === undefined,
    ...(text === undefined ? {} : { text }),
    ...(nested === undefined || nested.length === 0 ? {} : { nested: { items: nested } }),
  };
}

function trimmedEnd(line: Line | undefined): number {
  return line === undefined ? 0 : line.from + line.text.trimEnd().length;
}

/** Nested items in order, none for no lines; `undefined` where something else stands there. */
function nestedItems(lines: readonly Line[]): readonly ListItem[] | undefined {
  const items: ListItem[] = [];
  let open: { lines: Line[]; bullet: Bullet } | undefined;
  for (const line of lines) {
    const bullet = bulletOf(line.text);
    const own =
      bullet !== undefined && (open === undefined || bullet.indent < open.bullet.content)
        ? bullet
        : undefined;
    if (own !== undefined) {
      if (open !== undefined) items.push(flatItem(open.lines, open.bullet));
      open = { lines: [line], bullet: own };
    } else if (line.text.trim() !== "") {
      if (open === undefined) return undefined;
      open.lines.push(line);
    }
  }
  if (open !== undefined) items.push(flatItem(open.lines, open.bullet));
  return items;
}

/** An item of a nested list: one paragraph; a list below it is `more`. */
function flatItem(lines: readonly Line[], bullet: Bullet): ListItem {
  const [head, ...rest] = lines;
  const from = (head?.from ?? 0) + bullet.indent;
  const content = (head?.from ?? 0) + Math.min(bullet.content, head?.text.length ?? 0);
  const end = trimmedEnd(lines.at(-1));
  const more = rest.some((line) => breaksParagraph(line.text));
  return { from, to: end, more, ...(end > content ? { text: [content, end] as const } : {}) };
}
