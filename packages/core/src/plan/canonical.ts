import { simplifyTask } from "./added-task.ts";
import type { Plan } from "./plan.ts";
import { planToJson, taskToJson } from "./plan-json.ts";
import type { JsonValue } from "./plan-json.ts";

/**
 * The one text of a plan that is hashed for approval: its JSON form with sorted keys and no white space.
 *
 * Two plan files with the same meaning, in Markdown, YAML or JSON, have the same canonical text. The task
 * that the engine adds stands under `added`, so that it is agreed to as well.
 */
export function canonicalPlan(plan: Plan): string {
  const added = simplifyTask(plan);
  return canonicalJson({
    ...planToJson(plan),
    ...(added === undefined ? {} : { added: [taskToJson(added)] }),
  });
}

/** JSON with keys sorted by UTF-16 units and no white space. */
export function canonicalJson(value: JsonValue): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
