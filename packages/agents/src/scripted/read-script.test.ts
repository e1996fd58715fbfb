import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readScript } from "./read-script.ts";

const reasonOf = (script: unknown): string => {
  const read = readScript(JSON.stringify(script), "s.json");
  return read.ok ? "" : `${read.failure.code} ${read.failure.message}`;
};

describe("reading a script", () => {
  it("takes a list of steps, and content as a list of lines", () => {
    expect(readScript('[{"write":"a","content":["x","y"]},{"report":"done","summary":"s"}]', "s")).toEqual({
      ok: true,
      value: {
        steps: [
          { verb: "write", path: "a", content: "x\ny\n" },
          { verb: "report", claim: "done", text: "s", remaining: "", findings: [] },
        ],
      },
    });
  });

  it("names the step that cannot be played, also inside another one", () => {
    expect(reasonOf([{ say: "a" }, { juggle: 3 }])).toMatch(
      /^BW745 .*steps\[1\] is not a step: \{"juggle":3\}/u,
    );
    expect(reasonOf([{ loop: 2, do: [{ write: 1 }] }])).toContain("steps[0].do[0]");
    expect(reasonOf([{ loop: 2 }])).toContain("steps[0].do is not a list");
    expect(reasonOf({ steps: [], "on-message": 1 })).toContain("on-message is not a list");
    expect(reasonOf("x")).toContain("neither a JSON list nor a JSON object");
  });

  it("knows every verb of the table in the documentation", () => {
    const page = readFileSync(new URL("../../../../docs/spec/adapter.md", import.meta.url), "utf8");
    const examples = [...page.matchAll(/^\| `(\{ "[^`]*\})` \|/gmu)].map((row) => row[1] ?? "");
    expect(examples.length).toBeGreaterThan(20);
    for (const example of examples) expect([example, reasonOf([JSON.parse(example)])]).toEqual([example, ""]);
  });
});
