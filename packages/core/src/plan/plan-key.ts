/**
 * How the value of a key is written in a task's list.
 *
 * `codes` is split at commas outside backticks and braces. `prose` is one item, or several where every part
 * between commas stands in backticks, because sentences contain commas. `single` is never split.
 */
export type KeyShape = "codes" | "prose" | "single";

/** Every key that a task may have, in the order in which a plan is rendered. */
export const taskKeys = {
  role: "single",
  scope: "codes",
  shared: "codes",
  reads: "codes",
  depends: "codes",
  verify: "prose",
  "done-when": "prose",
  produces: "prose",
  agent: "single",
  model: "single",
  turns: "single",
  minutes: "single",
  isolation: "single",
  "collision-risk": "single",
  "contract-lock": "single",
  "red-first": "single",
  reproduce: "single",
  docs: "single",
  issue: "single",
  priority: "single",
  "on-fail": "single",
  "no-op": "single",
} as const satisfies Record<string, KeyShape>;

export type TaskKey = keyof typeof taskKeys;

/** Every key that the front matter may have, in the order in which a plan is rendered. */
export const planKeys = [
  "breakwater",
  "title",
  "session",
  "base",
  "issues",
  "budget",
  "agents",
  "waves",
  "agents-per-wave",
  "isolation",
  "enforcement",
  "max-turns",
  "schedule",
  "wall",
  "gates",
  "workspace-setup",
  "workspace-copy",
  "docs-tasks",
  "focus",
] as const;

export type PlanKey = (typeof planKeys)[number];

export function isTaskKey(key: string): key is TaskKey {
  return Object.hasOwn(taskKeys, key);
}

export function isPlanKey(key: string): key is PlanKey {
  return planKeys.some((known) => known === key);
}

/** Keys may be written with spaces (`done when`); inside the program they have hyphens. */
export function canonicalKey(written: string): string {
  return written.trim().replace(/\s+/g, "-");
}

/** Letters and digits with at least one digit, so that the first word of a title is no id. */
export const taskIdPattern = /^(?=[A-Za-z0-9]*\d)[A-Za-z][A-Za-z0-9]{0,31}$/;
