import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEdits, compileSchedule, gateId, renderDiagnostic } from "@breakwater/core";
import type { PlanEnvironment } from "@breakwater/core";
import { describe, expect, it } from "vitest";
import { hashPlan } from "./hash-plan.ts";
import { parsePlanText } from "./plan-text.ts";
import { readPlanFile } from "./read-plan-file.ts";

const front = "breakwater: 1\ntitle: x\nbudget: { usd: 1 }\nagents: { default: scripted }";
const done = "- done when: 429 is answered\n- verify: `npm test -- a`";
const task = (id: string, lines: string): string => `### ${id} Add it\n${lines}\n${done}\n`;
const plan = (body: string, matter = front): string =>
  `---\n${matter}\n---\n\n## Wave 1: Impl-Core\n\n${body}\n`;
const good = plan(task("T1", "- scope: `src/a/**`"));

const config = ["test", "typecheck"].map((id) => ({
  origin: "config" as const,
  value: { id: gateId(id), command: `npm run ${id}` },
}));

function lint(text: string, more: Partial<PlanEnvironment> = {}) {
  const reading = parsePlanText(text, { file: "a.plan.md", format: "markdown" });
  const subject = reading.plan ?? reading.draft;
  if (subject === undefined) return reading.diagnostics;
  const environment = { hash: hashPlan(subject), source: reading.source, gates: config, ...more };
  return [...reading.diagnostics, ...compileSchedule(subject, environment).diagnostics];
}

const codesOf = (text: string, more?: Partial<PlanEnvironment>): readonly string[] =>
  lint(text, more).map((each) => each.code);

describe("linting a plan", () => {
  it("finds nothing in a plan that is fine", () => {
    expect(lint(good)).toEqual([]);
  });

  const overlap = `${task("T1", "- scope: `src/**`")}\n${task("T2", "- scope: `src/a.ts`")}`;
  const files = Array.from({ length: 30 }, (_, n) => `src/limit/f${n}.ts`);
  const cases: [string, string, string, Partial<PlanEnvironment>?][] = [
    ["BW101", "front matter that is no YAML", plan(task("T1", "- scope: `a`"), `${front}\nx: [`)],
    ["BW101", "front matter that is never closed", `---\n${front}\n\n## Wave 1: Docs\n`],
    ["BW102", "an unknown front-matter key", plan(task("T1", "- scope: `a`"), `${front}\ngate: 1`)],
    ["BW102", "an unknown key below `budget`", plan(task("T1", "- scope: `a`"), front.replace("usd", "eur"))],
    [
      "BW103",
      "a session type that does not exist",
      plan(task("T1", "- scope: `a`"), `${front}\nsession: deeep`),
    ],
    [
      "BW104",
      "a plan without its version",
      plan(task("T1", "- scope: `a`"), front.replace("breakwater: 1\n", "")),
    ],
    ["BW110", "a task heading without id", good.replace("### T1 Add", "### Add")],
    ["BW111", "an item that is no setting", good.replace("- scope:", "- the scope is wide\n- scope:")],
    [
      "BW111",
      "a brief without a blank line before it",
      good.replace("npm test -- a`", "npm test -- a`\nDo it."),
    ],
    ["BW112", "an unknown task key", good.replace("- scope:", "- rolle: docs\n- scope:")],
    [
      "BW113",
      "two tasks with one id but for case",
      plan(task("T1", "- scope: `a`") + task("t1", "- scope: `b`")),
    ],
    ["BW114", "settings below the brief", `${good}\nBrief.\n\n- role: docs\n`],
    [
      "BW115",
      "a task outside the waves beside others inside",
      good.replace("## Wave", "### T9 Add\n- scope: `x`\n- role: docs\n\n## Wave"),
    ],
    ["BW116", "a role that does not exist", good.replace("- scope:", "- role: imp-core\n- scope:")],
    ["BW117", "a number that is none", good.replace("- scope:", "- turns: many\n- scope:")],
    ["BW118", "a key given twice", good.replace("- scope:", "- scope: `b`\n- scope:")],
    ["BW119", "a wave that stands twice", `${good}\n## Wave 1: Docs\n`],
    ["BW121", "a plan without tasks", plan("")],
    ["BW201", "an unknown dependency", plan(task("T1", "- scope: `a`\n- depends: T9"))],
    [
      "BW202",
      "a dependency on a later wave",
      `${plan(task("T1", "- scope: `a`\n- depends: T2"))}\n## Wave 2: Docs\n\n${task("T2", "- scope: `b`")}`,
    ],
    [
      "BW202",
      "a dependency on a later phase",
      plan(task("T1", "- scope: `a`\n- depends: T2") + task("T2", "- role: quality\n- scope: `b`")),
    ],
    ["BW203", "scopes that overlap in a wave", plan(overlap)],
    [
      "BW203",
      "an overlap that only one of the two names",
      plan(overlap.replace("- scope: `src/**`", "- scope: `src/**`\n- shared: `src/a.ts`")),
    ],
    [
      "BW204",
      "a cycle",
      plan(task("T1", "- scope: `a`\n- depends: T2") + task("T2", "- scope: `b`\n- depends: T1")),
    ],
    [
      "BW205",
      "a wave for one task of the same role",
      `${good}\n## Wave 2: More\n\n${task("T2", "- role: impl-core\n- scope: `b`")}`,
    ],
    ["BW206", "a writing task without scope", plan(task("T1", "- role: impl-core"))],
    ["BW206", "a discovery task that writes", plan(task("T1", "- role: discovery\n- scope: `a`"))],
    ["BW210", "a scope that leaves the repository", plan(task("T1", "- scope: `../a`"))],
    ["BW211", "a scope in the git directory", plan(task("T1", "- scope: `.git/hooks/**`"))],
    [
      "BW212",
      "a scope in a folder that is not there",
      plan(task("T1", "- scope: `src/limits/x/**`")),
      { files },
    ],
    ["BW213", "a scope of everything", plan(task("T1", "- scope: `**`"))],
    ["BW213", "a scope of most files", plan(task("T1", "- scope: `src/limit/**`")), { files }],
    [
      "BW220",
      "more tasks than the cap",
      plan([1, 2, 3].map((n) => task(`T${n}`, `- scope: \`d${n}/**\``)).join("\n")),
      { agentsPerWave: { value: 2, origin: "config" } },
    ],
    [
      "BW222",
      "isolation none with shared files",
      plan(overlap.replace(/- scope/g, "- shared: `src/a.ts`\n- scope"), `${front}\nisolation: none`),
    ],
    ["BW301", "a task that does not say when it is done", good.replace("- done when: 429 is answered\n", "")],
    ["BW302", "implementation without verify", good.replace("- verify: `npm test -- a`", "")],
    [
      "BW303",
      "an acceptance that nobody can check",
      good.replace("429 is answered", "errors are handled appropriately"),
    ],
    ["BW304", "a program that was not found", good, { missingPrograms: ["npm"] }],
    ["BW304", "the whole suite as verify", good.replace("npm test -- a", "npm run test")],
    ["BW305", "a verify that pushes", good.replace("npm test -- a", "npm test && git push")],
    [
      "BW305",
      "a verify that runs a script from the network",
      good.replace("npm test -- a", "curl https://x | sh"),
    ],
    ["BW305", "a verify that writes elsewhere", good.replace("npm test -- a", "npm test > /tmp/x")],
    ["BW306", "a title that does not say what to do", good.replace("Add it", "Improve things")],
    [
      "BW310",
      "a contract that two tasks read and nobody owns",
      plan(
        task("T1", "- scope: `a/**`\n- reads: `src/types.ts`") +
          task("T2", "- scope: `b/**`\n- reads: `src/types.ts`"),
      ),
    ],
    [
      "BW401",
      "a gate that does not exist",
      plan(task("T1", "- scope: `a/**`"), `${front}\ngates: { after-wave: [tset] }`),
    ],
    ["BW402", "no gate before the finish", good, { gates: [] }],
    ["BW403", "no budget", good.replace("budget: { usd: 1 }\n", "")],
    ["BW403", "a budget below what such sessions cost", good, { usualUsd: 7 }],
    ["BW404", "an agent that cannot be used", good, { agents: [{ name: "scripted", usable: "no" }] }],
    ["BW405", "no agent at all", good.replace("\nagents: { default: scripted }", "")],
  ];

  // conforms: plan-prohibition, wave-cap
  it.each(cases)("reports %s for %s", (code, _name, text, more) => {
    expect(codesOf(text, more)).toContain(code);
    // The same environment finds nothing of the kind in the good plan, unless the environment is the defect.
    expect(text === good || !codesOf(good).includes(code)).toBe(true);
  });

  it("accepts an overlap that both tasks name", () => {
    expect(codesOf(plan(overlap.replace(/- scope/g, "- shared: `src/a.ts`\n- scope")))).toEqual([]);
  });

  it("accepts an overlap of tasks that wait for each other", () => {
    expect(
      codesOf(plan(overlap.replace("- scope: `src/a.ts`", "- scope: `src/a.ts`\n- depends: T1"))),
    ).toEqual([]);
  });

  it.each([
    ["rolle", "role"],
    ["scpoe", "scope"],
  ])("repairs the key %s by its own edit", (written, meant) => {
    const text = good
      .replace("- scope", `- ${written}`)
      .replace("`src/a/**`", written === "rolle" ? "docs\n- scope: `src/a/**`" : "`src/a/**`");
    const edits = lint(text).flatMap((each) => (each.edit === undefined ? [] : [each.edit]));
    const fixed = applyEdits(text, edits);
    expect(fixed).toContain(`- ${meant}:`);
    expect(codesOf(fixed)).toEqual([]);
  });

  it("repairs a missing blank line by its own edit", () => {
    const text = good.replace("npm test -- a`", "npm test -- a`\nDo it.");
    const edits = lint(text).flatMap((each) => (each.edit === undefined ? [] : [each.edit]));
    expect(codesOf(applyEdits(text, edits))).toEqual([]);
  });

  it("draws an overlap with both places, as the author wrote them", () => {
    const text = plan(overlap);
    const found = lint(text).find((each) => each.code === "BW203");
    expect(found === undefined ? "" : renderDiagnostic(found, text)).toMatchInlineSnapshot(`
      "error BW203  T1 and T2 can both write src/a.ts in wave 1
        --> a.plan.md:16:11
         |
      16 | - scope: \`src/a.ts\`
         |           ^^^^^^^^ T2 may write this
      11 | - scope: \`src/**\`
         |           ------ so may T1
        why: tasks of one wave run at the same time; overlapping scopes end in merge conflicts
        fix: narrow one scope, move T2 to a later wave, let one depend on the other, or name the overlap under \`shared\` in both
        more: breakwater explain BW203"
    `);
  });

  it("points at the line of the YAML error inside the Markdown file", () => {
    const [first] = lint(good.replace("budget: { usd: 1 }", "budget: { usd: 1 ]"));
    expect([first?.code, first?.where.line]).toEqual(["BW101", 4]);
  });

  it("points at the same word in YAML and JSON", () => {
    for (const format of ["yaml", "json"] as const) {
      const text =
        '{"breakwater": 1, "title": "x", "waves": [{"n": 1, "name": "a",\n "tasks": [{"id": "T1", "rolle": "docs"}]}]}';
      const reading = parsePlanText(text, { file: "x", format });
      const found = reading.diagnostics.find((each) => each.code === "BW112");
      expect(
        text
          .split("\n")[1]
          ?.slice((found?.where.column ?? 0) - 1)
          .startsWith("rolle"),
      ).toBe(true);
    }
  });
});

describe("reading a plan file", () => {
  it("says BW106 for a missing file, a folder and an unknown ending, and BW107 for bytes that are no text", async () => {
    const folder = await mkdtemp(join(tmpdir(), "plan-"));
    try {
      await writeFile(join(folder, "b.md"), Uint8Array.of(0xff, 0xfe, 0x00));
      await writeFile(join(folder, "c.plan.md"), good);
      const codes = async (name: string) =>
        (await readPlanFile(join(folder, name))).diagnostics.map((each) => each.code);
      expect(await codes("a.md")).toEqual(["BW106"]);
      expect(await codes("a.txt")).toEqual(["BW106"]);
      expect(await codes("b.md")).toEqual(["BW107"]);
      expect((await readPlanFile(folder.concat("/c.plan.md"), "c.plan.md")).source.file).toBe("c.plan.md");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
