import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replay } from "../run/evolve/evolve.ts";
import type { RecordedFact } from "../run/fact.ts";
import { initialState } from "../run/state.ts";
import { code, type Block } from "./report-block.ts";
import { renderHtml, renderMarkdown } from "./report-render.ts";
import { REPORT_POLICY, REPORT_STYLE, reportHtml, reportMarkdown } from "./report.ts";
import {
  sampleExit,
  sampleJournal,
  sampleOpening,
  sampleSchedule,
  sampleStart,
  sampleTask,
} from "./sample-session.ts";
import { settledStory } from "./sample-story.ts";
import { attemptId, taskId } from "../ids.ts";

const settled = replay(settledStory);

const EVIL =
  "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\n# h\n| a | b |\n![i](http://e/x)[l](javascript:1) \\| ![j](http://e/y) ``` ` @all www.e.com http://e.com \u001b]8;;http://e\u0007link\u001b]8;;\u0007 \u202etxt";

function hostileSession(): readonly RecordedFact[] {
  const one = attemptId(taskId("T1"), 1);
  const schedule = sampleSchedule(
    [[EVIL, [sampleTask("T1", { title: EVIL, doneWhen: [EVIL], verify: [EVIL] })]]],
    { title: EVIL },
  );
  return sampleJournal([
    ...sampleOpening(schedule),
    ...sampleStart(one, 7, { wave: 1 }),
    [8, { type: "scope.denied", attempt: one, tool: EVIL, path: EVIL, rule: EVIL, allowed: false }],
    [9, sampleExit(one, { ending: { kind: "failed", reason: EVIL } })],
    [10, { type: "deviation.noted", wave: 1, rule: EVIL, text: EVIL }],
    [11, { type: "task.carried", task: taskId("T1"), reason: EVIL }],
  ]);
}

describe("reportMarkdown", () => {
  // conforms: close-report, close-safety, close-items
  it("tells acceptance with evidence, gates, walls, deviations, decisions and what is left", () => {
    expect(reportMarkdown(settled, settledStory)).toMatchSnapshot();
  });

  it("says so when there is no session", () => {
    expect(reportMarkdown(initialState, [])).toContain("The journal holds no session.");
  });

  it("lets no hostile text become markup", () => {
    const facts = hostileSession();
    const text = reportMarkdown(replay(facts), facts);
    const outsideCode = text.replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/gu, "");
    expect(outsideCode).not.toMatch(/(?<!\\)<(?!\/?code>)/u);
    expect(outsideCode).not.toMatch(/(?<!\\)!(?=\[)|(?<!\\)\]\(/u);
    expect(outsideCode).not.toMatch(/[^\\]:\/\/|www\.|(?<!\\)@/u);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
    const gates = text.split("\n").filter((line) => line.startsWith("| `T1`"));
    for (const line of gates) expect(line.match(/(?<!\\)\|/gu)).toHaveLength(5);
  });
});

describe("reportHtml", () => {
  it("is one page with a policy that allows its one style and nothing else", () => {
    const html = reportHtml(settled, settledStory);
    expect(REPORT_POLICY).toContain(`'sha256-${createHash("sha256").update(REPORT_STYLE).digest("base64")}'`);
    expect(html).toContain(`content="${REPORT_POLICY}"`);
    expect(html).toContain(`<style>${REPORT_STYLE}</style>`);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|\son\w+=|\sstyle=|@import|url\(/iu);
    expect(html.length).toBeLessThan(300_000);
  });

  it("shows hostile text as text, and has only its own tags", () => {
    const facts = hostileSession();
    const html = reportHtml(replay(facts), facts);
    const tags = new Set([...html.matchAll(/<\/?([a-z!][\w-]*)/giu)].map((match) => match[1]?.toLowerCase()));
    expect([...tags].toSorted()).toEqual(
      [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "p",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "strong",
        "ul",
        "li",
        "pre",
      ].toSorted(),
    );
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
  });
});

describe("renderers", () => {
  const block = (text: string): readonly Block[] => [
    { kind: "table", head: ["a", "b"], rows: [[[text], [code(text)]]] },
    { kind: "list", items: [[text, code(text)]] },
    { kind: "preformatted", text },
  ];

  it("keep every text inside its cell, whatever it holds", () => {
    const nasty = fc.array(
      fc.constantFrom(
        "|",
        "\\",
        "`",
        "``",
        "<",
        ">",
        "&",
        "[",
        "](",
        "!",
        "\n",
        "a",
        " ",
        "*",
        "_",
        "```",
        "~~~",
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(nasty, (parts) => {
        const row = renderMarkdown(block(parts.join(""))).split("\n")[2] ?? "";
        expect(cellsOf(row)).toBe(2);
        expect(
          renderHtml(block(parts.join(""))).replaceAll(
            /<\/?(?:div class="wide"|th scope="col"|[a-z]+)>/gu,
            "",
          ),
        ).not.toMatch(/[<>]/u);
      }),
    );
  });
});

/** Cells as GitHub counts them: a backslash takes the next punctuation with it, then bare pipes divide. */
function cellsOf(row: string): number {
  const bare = row.replaceAll(/\\[|!"#$%&'()*+,./:;<=>?@[\\\]^_`{}~-]/gu, "");
  return (bare.match(/\|/gu)?.length ?? 0) - 1;
}
