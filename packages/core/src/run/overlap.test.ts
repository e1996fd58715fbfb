import { describe, expect, it } from "vitest";
import { overlapNote } from "./overlap.ts";

describe("what a running agent is told of other work that landed", () => {
  it("names the files, the forecast and nothing of the other task", () => {
    expect(overlapNote(["src/a.ts"], [])).toBe(
      'Other work has landed and changed files that you may write: "src/a.ts". Your files stay as they are; ' +
        "when you are done, your work is merged with it. Keep your changes in these files small, and leave their other lines alone.",
    );
    expect(overlapNote(["src/a.ts", "src/b.ts"], ["src/b.ts"])).toContain('would conflict in "src/b.ts"');
  });

  it("stays short however much landed, and shows no control character of a name", () => {
    const many = Array.from({ length: 500 }, (_, n) => `src/${n}\n\u001b[31m.ts`);
    const note = overlapNote(many, many);
    expect(note.length).toBeLessThan(2_000);
    expect(note).toContain("and 490 more");
    // oxlint-disable-next-line no-control-regex
    expect(note).not.toMatch(/[\u0000-\u001f]/);
  });
});
