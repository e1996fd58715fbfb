import { canonicalPlan, fail, ok, planToJson, renderPlanMarkdown, startOfFile } from "@breakwater/core";
import type { Diagnostic, Plan, Result } from "@breakwater/core";
import { stringify } from "yaml";
import type { PlanFormat } from "./plan-text.ts";
import { parsePlanText } from "./plan-text.ts";

/**
 * Writes a plan in another format with the same meaning: the hash of the result is the hash of the input.
 * Converting there and back gives the normal form, which converts to itself.
 *
 * Fails with the plan's own errors, or with BW109 where the target cannot hold a text.
 */
export function convertPlan(
  text: string,
  { from, to, file = "plan" }: { readonly from: PlanFormat; readonly to: PlanFormat; readonly file?: string },
): Result<string, readonly Diagnostic[]> {
  const reading = parsePlanText(text, { file, format: from });
  if (reading.plan === undefined) return fail(reading.diagnostics);
  const written = writePlan(reading.plan, to);
  const back = parsePlanText(written, { file, format: to });
  const same = back.plan !== undefined && canonicalPlan(back.plan) === canonicalPlan(reading.plan);
  return same ? ok(written) : fail([cannotHold(reading.plan, back.plan, { to, file })]);
}

/** A plan as the text of a file. Markdown cannot hold every text; `convertPlan` checks that it did. */
export function writePlan(plan: Plan, format: PlanFormat): string {
  switch (format) {
    case "markdown":
      return renderPlanMarkdown(plan);
    case "yaml":
      return stringify(planToJson(plan), { lineWidth: 0, aliasDuplicateObjects: false });
    case "json":
      return `${JSON.stringify(planToJson(plan), null, 2)}\n`;
  }
}

function cannotHold(
  plan: Plan,
  back: Plan | undefined,
  { to, file }: { readonly to: PlanFormat; readonly file: string },
): Diagnostic {
  const read = new Map(
    back?.waves.flatMap((wave) => wave.tasks).map((task) => [task.id, JSON.stringify(task)]),
  );
  const tasks = plan.waves.flatMap((wave) => wave.tasks);
  const changed = tasks.find((task) => read.get(task.id) !== JSON.stringify(task));
  const what = back !== undefined && changed !== undefined ? `a text of ${changed.id}` : "a text of the plan";
  return {
    code: "BW109",
    severity: "error",
    message: `${to} cannot hold ${what}: read back, the plan would be another`,
    where: startOfFile(file),
    why: "headings of level 1 to 3 in a brief, and line breaks in a setting, mean something in Markdown",
    fix: "use `####` inside briefs and one line per criterion, or keep the plan as YAML or JSON",
  };
}
