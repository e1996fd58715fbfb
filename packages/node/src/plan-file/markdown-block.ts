import type { List, Node, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";

/** A block of the file's top level with its offsets; `to` is behind its last character. */
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

/** An item of a list: the bounds of its first paragraph, its nested list, and whether it holds more. */
export type ListItem = {
  readonly from: number;
  readonly to: number;
  readonly text?: readonly [number, number];
  readonly nested?: ListBlock;
  readonly more: boolean;
};

/** The blocks of a Markdown file. Only block structure is read, so that no inline text can cost time. */
export function blocksOf(text: string): readonly Block[] {
  const tree = fromMarkdown(text, {
    extensions: [frontmatter(["yaml"]), { disable: { null: [...unused] } }],
    mdastExtensions: [frontmatterFromMarkdown(["yaml"])],
  });
  return tree.children.map(blockOf);
}

/** Everything inside a line, and underlined headings, which a front matter or a rule could be taken for. */
const unused = [
  "attention",
  "autolink",
  "characterEscape",
  "characterReference",
  "codeText",
  "definition",
  "hardBreakEscape",
  "htmlText",
  "labelEnd",
  "labelStartImage",
  "labelStartLink",
  "setextUnderline",
] as const;

function blockOf(node: RootContent): Block {
  const [from, to] = boundsOf(node);
  if (node.type === "yaml") return { kind: "front-matter", from, to };
  if (node.type === "heading") return { kind: "heading", depth: node.depth, from, to };
  return node.type === "list" && node.ordered !== true ? listOf(node, 1) : { kind: "other", from, to };
}

/** Settings have one level of nesting; what is deeper is not looked at. */
function listOf(node: List, levels: number): ListBlock {
  const [from, to] = boundsOf(node);
  const items = node.children.map((item): ListItem => {
    const [itemFrom, itemTo] = boundsOf(item);
    const [first, second] = item.children;
    const paragraph = first?.type === "paragraph" ? boundsOf(first) : undefined;
    const inner = paragraph === undefined ? first : second;
    const nested = levels > 0 && inner?.type === "list" ? listOf(inner, levels - 1) : undefined;
    const used = (paragraph === undefined ? 0 : 1) + (nested === undefined ? 0 : 1);
    return {
      from: itemFrom,
      to: itemTo,
      more: item.children.length > used,
      ...(paragraph === undefined ? {} : { text: paragraph }),
      ...(nested === undefined ? {} : { nested }),
    };
  });
  return { kind: "list", from, to, items };
}

function boundsOf({ position }: Node): readonly [number, number] {
  return [position?.start.offset ?? 0, position?.end.offset ?? 0];
}
