import { describe, expect, it } from "vitest";
import { replay } from "../run/evolve/evolve.ts";
import { keepForeignState } from "./kept-state.ts";
import { runningStory, settledStory } from "./sample-story.ts";
import { stateMarkdown } from "./state-md.ts";

const ours = stateMarkdown(replay(runningStory)) ?? "";
const PREDECESSOR = `---
schema-version: 1
session-type: deep
branch: main
status: completed
docs-tasks:
  - id: docs-1
recommended-mode: deep
top-priorities:
  - first
  - second
session: main-2026-01-01-0900
---

## Current Wave

Wave 5

## Wave History

### Wave 1 — Discovery
- Agent "look": done — 0 files — fine

## Deviations

(none yet)

## What Not To Retry

- **a cache in front** (main-2026-01-01-0900, 2026-01-01)
  - why: it was slower

## Notes\r
\`\`\`
## Not a section
\`\`\`
`;

describe("STATE.md over a file that is there", () => {
  // conforms: state-foreign
  it("keeps keys and sections of an earlier writer, line by line", () => {
    const text = keepForeignState(PREDECESSOR, ours) ?? "";
    expect(text).toContain("\nrecommended-mode: deep\ntop-priorities:\n  - first\n  - second\n---\n");
    expect(text).toContain(
      "- **a cache in front** (main-2026-01-01-0900, 2026-01-01)\n  - why: it was slower",
    );
    expect(text).toContain("## Notes\r\n```\n## Not a section\n```");
    expect(text).not.toContain("docs-1");
    expect(text.match(/^status:/gmu)).toHaveLength(1);
    expect(text.match(/^## Current Wave$/gmu)).toHaveLength(1);
  });

  it("keeps what earlier sessions said not to retry before what this one says, once", () => {
    const own = "- **another cache** (main-2, 2026-01-02)\n  - why: failed: it was slower still";
    const next = `---\nsession: main-2\nrecommended-mode: feature\n---\n\n## What Not To Retry\n\n${own}\n`;
    const text = keepForeignState(PREDECESSOR, next) ?? "";
    const older = "- **a cache in front** (main-2026-01-01-0900, 2026-01-01)\n  - why: it was slower";
    expect(text).toContain(`## What Not To Retry\n\n${older}\n${own}\n`);
    expect(text).not.toContain("recommended-mode: deep");
    expect(keepForeignState(text, next)).toBe(text);
  });

  // conforms: state-idle
  it("moves the history of another session under Previous Session, once", () => {
    const text = keepForeignState(PREDECESSOR, ours) ?? "";
    expect(text).toContain('## Previous Session\n\n### Wave 1 — Discovery\n- Agent "look": done');
    const later = keepForeignState(text, stateMarkdown(replay(settledStory)) ?? "") ?? "";
    expect(later.match(/^## Previous Session$/gmu)).toHaveLength(1);
    expect(later).toContain('- Agent "look": done');
  });

  it("changes nothing when it is done again", () => {
    const once = keepForeignState(PREDECESSOR, ours);
    expect(keepForeignState(once, ours)).toBe(once);
    expect(keepForeignState(undefined, ours)).toBe(ours);
    expect(keepForeignState(ours, ours)).toBe(ours);
  });

  it.each(["", "---\n", "no front matter\n## A\nb", "---\nx", "## Wave History\n\n(none yet)\n"])(
    "stands on any text: %j",
    (previous) => {
      const once = keepForeignState(previous, ours) ?? "";
      expect(once.startsWith(ours)).toBe(true);
      expect(keepForeignState(once, ours)).toBe(once);
    },
  );

  it("is not written where the file would grow beyond its bound", () => {
    expect(keepForeignState(`## Notes\n${"x".repeat(300_000)}`, ours)).toBeUndefined();
  });
});
