import { plainBlock, plainLine } from "./plain-text.ts";
import type { Block, Inline, Line } from "./report-block.ts";

/** Renders blocks as GitHub-flavoured Markdown in which no text can become markup, a link or HTML. */
export function renderMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdownBlock).join("\n\n")}\n`;
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${markdownLine(block.line)}`;
    case "paragraph":
      return markdownLine(block.line);
    case "list":
      return block.items.map((item) => `- ${markdownLine(item)}`).join("\n");
    case "preformatted":
      return fenced(plainBlock(block.text));
    case "table":
      return [
        `| ${block.head.map(markdownText).join(" | ")} |`,
        `|${" --- |".repeat(block.head.length)}`,
        ...block.rows.map((row) => `| ${row.map(markdownLine).join(" | ")} |`),
      ].join("\n");
  }
}

const markdownLine = (line: Line): string => line.map(markdownInline).join("");

function markdownInline(inline: Inline): string {
  if (typeof inline === "string") return markdownText(inline);
  return inline.kind === "strong" ? `**${markdownText(inline.text).trim()}**` : markdownCode(inline.text);
}

const markdownText = (text: string): string => spaced(text, escapeMarkdown);

/** Every character that Markdown gives a meaning to is escaped; so are the beginnings of bare links. */
function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>|~&$]/gu, (char) => `\\${char}`)
    .replaceAll(/:(?=\/\/)/gu, "\\:")
    .replaceAll(/\bwww\./giu, (word) => `${word.slice(0, 3)}\\.`)
    .replaceAll("@", "\\@")
    .replace(/^[-+=#]/u, (char) => `\\${char}`)
    .replace(/^(\d+)([.)])(?=\s|$)/u, "$1\\$2");
}

/**
 * A code span whose fence is longer than any run of backticks in it. A text with a pipe becomes an element
 * instead: no escape of a pipe holds in every table once a backslash stands before it.
 */
function markdownCode(text: string): string {
  const inner = plainLine(text, 2_000);
  if (inner === "") return "-";
  if (inner.includes("|")) return `<code>${inner.split("|").map(escapeMarkdown).join("&#124;")}</code>`;
  const longest = Math.max(0, ...(inner.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/u.test(inner) ? " " : "";
  return `${fence}${pad}${inner}${pad}${fence}`;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Renders blocks as the inside of an HTML body; the only tags in it are ours. */
export function renderHtml(blocks: readonly Block[]): string {
  return blocks.map(htmlBlock).join("\n");
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${htmlLine(block.line)}</h${block.level}>`;
    case "paragraph":
      return `<p>${htmlLine(block.line)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${htmlLine(item)}</li>`).join("\n")}\n</ul>`;
    case "preformatted":
      return `<pre>${escapeHtml(plainBlock(block.text))}</pre>`;
    case "table":
      return htmlTable(block.head, block.rows);
  }
}

function htmlTable(head: readonly string[], rows: readonly (readonly Line[])[]): string {
  const titles = head.map((each) => `<th scope="col">${escapeHtml(plainLine(each))}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${htmlLine(cell)}</td>`).join("")}</tr>`);
  return `<div class="wide"><table>\n<thead><tr>${titles}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table></div>`;
}

const htmlLine = (line: Line): string => line.map(htmlInline).join("");

function htmlInline(inline: Inline): string {
  if (typeof inline === "string") return spaced(inline, escapeHtml);
  const text = escapeHtml(plainLine(inline.text, 2_000));
  return inline.kind === "strong" ? `<strong>${text}</strong>` : `<code>${text === "" ? "-" : text}</code>`;
}

/** Keeps one blank at either end, which separates a text from its neighbours. */
function spaced(text: string, escape: (inner: string) => string): string {
  const inner = escape(plainLine(text, 2_000));
  if (inner === "") return text === "" ? "" : " ";
  return `${/^\s/u.test(text) ? " " : ""}${inner}${/\s$/u.test(text) ? " " : ""}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text that is text inside an element and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (char) => ENTITIES[char] ?? "");
}
