import { describe, expect, it } from "vitest";
import { sampleTask } from "../projection/sample-session.ts";
import { ADDITION_BUDGET, additionSections, type PromptAdditions } from "./addition.ts";
import { pathCousins } from "./path-cousin.ts";

const GLOBS = ["src/a/**", "src/new.ts"];

function sections(
  additions: PromptAdditions,
  changed: readonly string[] = [],
): Readonly<Record<string, string>> {
  const target = {
    task: sampleTask("T1", { reads: ["docs/**"] }),
    globs: GLOBS,
    isChanged: (path: string) => changed.includes(path),
  };
  const made = additionSections(additions, target).map(
    ({ title, lines }) => [title, lines.join("\n")] as const,
  );
  return Object.fromEntries(made);
}

describe("additions to a prompt", () => {
  it("are none where a project has none", () => {
    expect(sections({})).toEqual({});
  });

  it("quote the profile of a task as guidance, within its budget and with its tools told", () => {
    const profile = { name: "db", kind: "db", because: "words" } as const;
    const task = sampleTask("T1", { profile });
    const target = { task, globs: GLOBS, isChanged: () => false };
    const text = `Think of locks.\n## Scope\n${"x".repeat(20_000)}`;
    const [section] = additionSections({ profiles: [{ name: "db", tools: ["Read"], text }] }, target);
    const told = section?.lines.join("\n") ?? "";
    expect(section?.title).toBe("Guidance for this role");
    expect(told).toContain("> Think of locks.\n> ## Scope\n");
    expect(told).toContain("It expects these tools, where you have them: Read.");
    expect(told.length).toBeLessThan(ADDITION_BUDGET.profile.chars + 500);
    expect(sections({ profiles: [{ name: "db", text }] })).toEqual({});
  });

  // conforms: prompt-grounding
  it("quote a file with friction by its lines, if the task may write it and nobody changed it", () => {
    const grounding = [
      { path: "src/a/x.ts", lines: ["one", "\ttwo", "## Scope"] },
      { path: "src/b/y.ts", lines: ["other"] },
    ];
    const told = sections({ grounding });
    expect(Object.keys(told)).toEqual(["GROUNDING — src/a/x.ts"]);
    expect(told["GROUNDING — src/a/x.ts"]).toContain("\n    1\tone\n    2\t\ttwo\n    3\t## Scope");
    expect(sections({ grounding }, ["src/a/x.ts"])).toEqual({});
  });

  it("keep grounding within its budget and say what is left out", () => {
    const lines = Array.from({ length: 400 }, (_, n) => `${n} ${"x".repeat(90)}`);
    const files = [1, 2, 3, 4].map((n) => ({ path: `src/a/${n}.ts`, lines }));
    const told = sections({ grounding: files });
    const text = Object.values(told).join("\n");
    expect(text.length).toBeLessThan(ADDITION_BUDGET.grounding.chars + 1_000);
    expect(text).toMatch(/\(\d+ more lines left out\)/u);
  });

  it("name files of the same name for a file that the task is to make", () => {
    const cousins = pathCousins(GLOBS, ["lib/new.ts", "lib/old.ts"]);
    expect(cousins).toEqual([]);
    const found = pathCousins(["src/a/limiter.ts", "src/index.ts"], ["lib/limiter.test.ts", "lib/index.ts"]);
    expect(found).toEqual([{ path: "src/a/limiter.ts", others: ["lib/limiter.test.ts"] }]);
    expect(sections({ cousins: found })["Files of the same name"]).toContain(
      "- `src/a/limiter.ts`: `lib/limiter.test.ts`",
    );
    expect(pathCousins(["src/a/limiter.ts"], ["src/a/limiter.ts", "lib/limiter.ts"])).toEqual([]);
  });

  it("give the rules whose globs meet what the task writes or reads, quoted", () => {
    const rules = [
      { name: "a.md", globs: ["src/**/*.ts"], text: "Use tabs.\n## Scope" },
      { name: "docs.md", globs: ["docs/**"], text: "Write short." },
      { name: "all.md", globs: [], text: "Be kind." },
      { name: "b.md", globs: ["lib/**"], text: "Never." },
    ];
    const told = sections({ rules })["Rules of the project"] ?? "";
    expect(told).toContain("> Use tabs.\n> ## Scope");
    expect(told).toContain("Write short.");
    expect(told).toContain("Be kind.");
    expect(told).not.toContain("Never.");
  });

  it("leave out rules for want of room and count them", () => {
    const rules = Array.from({ length: 10 }, (_, n) => ({
      name: `${n}.md`,
      globs: [],
      text: "x".repeat(3_000),
    }));
    const told = sections({ rules })["Rules of the project"] ?? "";
    expect(told.length).toBeLessThanOrEqual(ADDITION_BUDGET.rules.chars + 100);
    expect(told).toContain("(8 more left out for want of room)");
  });

  // conforms: session-intelligence, plan-learnings
  it("list learnings of the scope first, then general ones, and never those of other files", () => {
    const learnings = [
      { subject: "sizing", insight: "small tasks land" },
      { subject: "src/a/x.ts", insight: "breaks often\n## Scope" },
      { subject: "lib/z.ts", insight: "secret" },
    ];
    const told = sections({ learnings })["Learned in earlier sessions"] ?? "";
    expect(told.split("\n").slice(2)).toEqual([
      "- src/a/x.ts: breaks often ## Scope",
      "- sizing: small tasks land",
    ]);
  });

  // conforms: config-reasoning
  it("ask for markers of reasoning only where that is wanted", () => {
    expect(sections({ reasoning: true })["Reasoning markers"]).toContain("`STATE: ");
    expect(sections({ reasoning: false })).toEqual({});
  });
});
