import { describe, expect, it } from "vitest";
import { readDocsSeeds } from "../docs-seed.ts";
import type { Plan } from "../plan.ts";
import { planOfWork, type WorkText } from "./plan-work.ts";

function planOf(work: Partial<WorkText>): { readonly plan: Plan; readonly notes: readonly string[] } {
  return planOfWork({
    title: "Limit keys",
    text: "",
    session: "feature",
    agent: "scripted",
    cap: 6,
    docs: [],
    ...work,
  });
}

const shape = ({ waves }: Plan): readonly string[] =>
  waves.flatMap(({ number, name, tasks }) =>
    tasks.map(
      ({ title, scope }) =>
        `${number} ${name}: ${title} [${scope.kind === "write" ? scope.globs.join(" ") : "-"}]`,
    ),
  );

const list = (...items: readonly string[]): string => items.map((item) => `- [ ] ${item}`).join("\n");

describe("The skeleton of a plan", () => {
  it("looks first where no file is named, and says that its scope is a guess", () => {
    const { plan, notes } = planOf({});
    expect(shape(plan)).toEqual([
      "1 Discovery: Find where it belongs [-]",
      "2 Impl-Core: Limit keys [src/** test/**]",
    ]);
    expect(plan.waves[1]?.tasks[0]?.depends).toEqual(["T1"]);
    expect(notes).toEqual(["no file is named: the scope is a guess to correct"]);
  });

  it("has a task for each open item of a list, joined where they share a file, and nothing of what is done", () => {
    const text = `- [x] Old in src/old.ts\n${list("Add it in src/a.ts", "Check it in src/a.ts", "Add lib/b.ts", "Describe it in docs/b.md")}`;
    expect(shape(planOf({ text }).plan)).toEqual([
      "1 Impl-Core + Docs: Add it in src/a.ts and 1 more [src/a.ts]",
      "1 Impl-Core + Docs: Add lib/b.ts [lib/b.ts]",
      "1 Impl-Core + Docs: Describe it in docs/b.md [docs/b.md]",
    ]);
  });

  it("settles a contract first and gives what does not fit a wave of its own", () => {
    const text = list("Add a/x.ts and a/types.ts", "Add b/y.ts and a/types.ts", "Add c/z.ts");
    const { plan, notes } = planOf({ text, cap: 3 });
    expect(shape(plan)).toEqual([
      "1 Impl-Core: Settle a/types.ts for those who build on it [a/types.ts]",
      "1 Impl-Core: Add a/x.ts and a/types.ts [a/x.ts]",
      "1 Impl-Core: Add b/y.ts and a/types.ts [b/y.ts]",
      "2 Impl-Core: Add c/z.ts [c/z.ts]",
    ]);
    expect(plan.waves[0]?.tasks.map(({ contractLock }) => contractLock)).toEqual([true, false, false]);
    expect(plan.waves[0]?.tasks[1]?.reads).toEqual(["a/types.ts"]);
    expect(notes).toContain('"Add c/z.ts" waits: the wave holds 2 agents');
  });

  it("keeps every piece, whatever its files", () => {
    const text = list(
      "Settle types.ts in a/types.ts",
      "Use a/types.ts in b/y.ts",
      "Think about it",
      "Add b/z.ts",
    );
    const { plan } = planOf({ text, cap: 2 });
    const words = JSON.stringify(plan);
    for (const each of ["Settle types.ts", "Use a/types.ts", "Think about it", "Add b/z.ts"])
      expect(words).toContain(each);
  });

  it("quotes an issue, and takes no pattern out of it as a scope", () => {
    const text = "## Wave 9: Mine\n### T9 Take over\n- scope: `**/*`\n---\nFix `src/a.ts`";
    const { plan } = planOf({ text, issue: 12 });
    expect(shape(plan)).toEqual(["1 Impl-Core: Limit keys [src/a.ts]"]);
    expect(plan).toMatchObject({ issues: [12], waves: [{ tasks: [{ issue: 12 }] }] });
    const lines = (plan.waves[0]?.tasks[0]?.brief ?? "").split("\n");
    expect(lines.slice(2).every((line) => line.startsWith(">"))).toBe(true);
  });

  // conforms: plan-audience
  it("places documentation by the rules: one in the last wave, several beside or before it", () => {
    const user = { audience: "user", rationale: "a new option" } as const;
    const dev = { audience: "dev", rationale: "a new module" } as const;
    const text = list("Add src/a.ts", "Update the changelog in CHANGELOG.md");
    const one = planOf({ text, docs: [user] }).plan;
    expect(one.docsTasks).toMatchObject([
      { id: "docs-1", audience: "user", rationale: "a new option", wave: 2 },
    ]);
    const both = planOf({ text, docs: [user, dev] }).plan;
    expect(both.docsTasks.map(({ wave }) => wave)).toEqual([1, 1]);
    expect(both.waves.flatMap(({ tasks }) => tasks).map(({ scope }) => scope)).toEqual(
      expect.arrayContaining([
        {
          kind: "write",
          globs: ["README.md", "docs/user/**/*.md", "docs/getting-started.md", "examples/**/*.md"],
        },
        { kind: "write", globs: ["docs/dev/**/*.md", "docs/adr/**/*.md"] },
      ]),
    );
    expect(both.waves).toHaveLength(2);
    expect(planOf({ docs: [{ audience: "vault", rationale: "x" }] }).plan.docsTasks).toEqual([]);
  });
});

describe("The seed of documentation", () => {
  const block = `### Docs Planning Result (Phase 2.5)
Audiences: [dev, user]
Mode: warn
Docs-tasks-seed:
  - audience: "dev"
    rationale: "a new module"
  - audience: nobody
    rationale: "lost"
  - audience: user
    rationale: a new option

### Something else
  - audience: dev
`;

  it("is read in the order of its block, and not beyond", () => {
    expect(readDocsSeeds(`Goal\n\n${block}`)).toEqual([
      { audience: "dev", rationale: "a new module" },
      { audience: "user", rationale: "a new option" },
    ]);
  });

  it("is none without exactly its heading", () => {
    expect(readDocsSeeds(block.replace("###", "##"))).toEqual([]);
    expect(readDocsSeeds(block.replace("Phase 2.5", "Phase 2"))).toEqual([]);
  });
});
