import * as fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";
import { describe, expect, it } from "vitest";
import { blocksOf } from "./markdown-block.ts";

/** What CommonMark says: headings up to level 3 and bullet lists at the top level, with the items' first lines. */
function byLibrary(text: string): readonly string[] {
  const tree = fromMarkdown(text, {
    extensions: [frontmatter(["yaml"]), { disable: { null: ["setextUnderline", "codeIndented"] } }],
    mdastExtensions: [frontmatterFromMarkdown(["yaml"])],
  });
  return tree.children.flatMap((node) => {
    const from = node.position?.start.offset ?? 0;
    if (node.type === "heading" && node.depth <= 3) return [`h${node.depth}@${from}`];
    if (node.type !== "list" || node.ordered === true) return [];
    return [`list@${from}: ${node.children.map((item) => item.position?.start.offset).join(" ")}`];
  });
}

function byUs(text: string): readonly string[] {
  return blocksOf(text).flatMap((block) => {
    if (block.kind === "heading" && block.depth <= 3) return [`h${block.depth}@${block.from}`];
    if (block.kind !== "list") return [];
    return [`list@${block.from}: ${block.items.map((item) => item.from).join(" ")}`];
  });
}

describe("the blocks of a Markdown plan", () => {
  const line = fc.constantFrom(
    "# Title",
    "## Wave 1: Core",
    "### T1 Add it",
    "#### Notes",
    "Text of a brief.",
    "",
    "",
    "",
    "- role: docs",
    "- scope: `a/**`",
    "- done when:",
    "  - one",
    "  - two, three",
    "```js",
    "```",
    "> quote",
  );

  it("are those that CommonMark sees, for any order of the lines that plans are made of", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const text = ["---", "breakwater: 1", "---", "", ...lines].join("\n");
        expect(byUs(text)).toEqual(byLibrary(text));
      }),
      { numRuns: 200 },
    );
  });
});
