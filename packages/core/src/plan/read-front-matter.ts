import type { Diagnostic } from "./diagnostic.ts";
import { MOST_MINUTES } from "./attempt-limit.ts";
import type { Budget, Ceiling, Plan } from "./plan.ts";
import type { PlanKey } from "./plan-key.ts";
import { canonicalKey, isPlanKey, planKeys } from "./plan-key.ts";
import { startOfFile } from "./plan-source.ts";
import { nested, readDocsTasks, readGates } from "./read-list.ts";
import { givenTwice } from "./read-task.ts";
import type { Reader } from "./read-value.ts";
import { readAmount, readChoice, readItems, readText, readWhole, unknownKey, wrong } from "./read-value.ts";
import type { WrittenEntry, WrittenPlan } from "./written-plan.ts";

/** The keys that bound a budget. */
export const budgetKeys = ["usd", "minutes", "tokens", "turns", "task", "wave"] as const;
/** The keys that bound a task or a wave in it. */
export const ceilingKeys = ["usd", "tokens", "turns"] as const;
/** The keys of the session's agents. */
export const agentKeys = [
  "default",
  "reviewer",
  "reviewer-model",
  "max-parallel",
  "turns",
  "minutes",
  "model",
] as const;

/** Everything of a plan but its intent and its waves; refused values are left at their defaults. */
export function readFrontMatter(written: WrittenPlan, found: Diagnostic[]): Omit<Plan, "intent" | "waves"> {
  const reader: Reader = { found, code: "BW103" };
  const entries = entriesByKey(written, found);
  const get = (key: PlanKey): WrittenEntry | undefined => entries.get(key);
  checkVersion(written, get("breakwater"), found);
  const titleEntry = get("title");
  const title = (titleEntry && readText(reader, titleEntry)) ?? written.heading;
  if (title === undefined && titleEntry === undefined) found.push(noTitle(written));
  return {
    breakwater: 1,
    title: title ?? "",
    session: choice(reader, get("session"), ["housekeeping", "feature", "deep"]) ?? "feature",
    ...optionalTexts(reader, get),
    issues: issuesOf(reader, get("issues")),
    budget: budgetOf(reader, get("budget")),
    agents: agentsOf(reader, get("agents")),
    ...executionOf(reader, get),
    gates: readGates(reader, get("gates")),
    workspaceCopy: textsOf(reader, get("workspace-copy")),
    docsTasks: readDocsTasks(reader, get("docs-tasks")),
  };
}

type Get = (key: PlanKey) => WrittenEntry | undefined;

function entriesByKey(written: WrittenPlan, found: Diagnostic[]): ReadonlyMap<PlanKey, WrittenEntry> {
  const entries = new Map<PlanKey, WrittenEntry>();
  for (const entry of written.entries) {
    const key = canonicalKey(entry.key);
    if (!isPlanKey(key)) found.push(unknownKey("BW102", entry, planKeys));
    else if (entries.has(key)) found.push(givenTwice(entry, "the plan", entries.get(key)?.keySpan));
    else entries.set(key, entry);
  }
  return entries;
}

function checkVersion(written: WrittenPlan, entry: WrittenEntry | undefined, found: Diagnostic[]): void {
  const version = entry?.value.kind === "scalar" ? entry.value.value : undefined;
  if (version === 1 || version === "1") return;
  const missing = entry === undefined;
  found.push({
    code: "BW104",
    severity: "error",
    message: missing
      ? "the plan does not say `breakwater: 1`"
      : `\`breakwater\` is 1, not "${String(version)}"`,
    where: entry?.value.span ?? startOfFile(written.file),
    why: "the number is the version of the plan format; without it another Markdown file could be run by mistake",
    fix: missing ? "write `breakwater: 1` as the first key" : "write 1, or use a newer breakwater",
  });
}

function noTitle(written: WrittenPlan): Diagnostic {
  return {
    code: "BW103",
    severity: "error",
    message: "the plan has no title",
    where: startOfFile(written.file),
    fix: "write `title: …` in the front matter, or a heading `# …`",
  };
}

function optionalTexts(reader: Reader, get: Get) {
  const base = textOf(reader, get("base"));
  const workspaceSetup = textOf(reader, get("workspace-setup"));
  const focus = textOf(reader, get("focus"));
  return {
    ...(base === undefined ? {} : { base }),
    ...(workspaceSetup === undefined ? {} : { workspaceSetup }),
    ...(focus === undefined ? {} : { focus }),
  };
}

function executionOf(reader: Reader, get: Get) {
  const waveCount = wholeOf(reader, get("waves"), 99);
  const agentsPerWave = wholeOf(reader, get("agents-per-wave"), 64);
  const isolation = choice(reader, get("isolation"), ["auto", "worktree", "none"]);
  const enforcement = choice(reader, get("enforcement"), ["strict", "warn", "off"]);
  const wall = choice(reader, get("wall"), ["required", "preferred", "off"]);
  const schedule = choice(reader, get("schedule"), ["waves"]);
  const maxTurns = maxTurnsOf(reader, get("max-turns"));
  return {
    ...(waveCount === undefined ? {} : { waveCount }),
    ...(agentsPerWave === undefined ? {} : { agentsPerWave }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(wall === undefined ? {} : { wall }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(maxTurns === undefined ? {} : { maxTurns }),
  };
}

function maxTurnsOf(reader: Reader, entry: WrittenEntry | undefined): number | "auto" | undefined {
  if (entry === undefined) return undefined;
  if (entry.value.kind === "scalar" && entry.value.value === "auto") return "auto";
  return readWhole(reader, entry, { min: 1, max: 1000 });
}

function issuesOf(reader: Reader, entry: WrittenEntry | undefined): readonly number[] {
  if (entry === undefined) return [];
  return readItems(reader, entry).flatMap(({ text, span }) => {
    if (/^#?[1-9]\d{0,8}$/.test(text)) return [Number(text.replace("#", ""))];
    wrong(reader, entry.key, { kind: "scalar", value: text, span }, "a list of issue numbers");
    return [];
  });
}

function budgetOf(reader: Reader, entry: WrittenEntry | undefined): Budget {
  const get = nested(reader, entry, budgetKeys);
  const minutes = amountOf(reader, get("minutes"));
  const task = ceilingOf(reader, nested(reader, get("task"), ceilingKeys));
  const wave = ceilingOf(reader, nested(reader, get("wave"), ceilingKeys));
  return {
    ...ceilingOf(reader, get),
    ...(minutes === undefined ? {} : { minutes }),
    ...(Object.keys(task).length === 0 ? {} : { task }),
    ...(Object.keys(wave).length === 0 ? {} : { wave }),
  };
}

function ceilingOf(
  reader: Reader,
  get: (key: (typeof ceilingKeys)[number]) => WrittenEntry | undefined,
): Ceiling {
  const usd = amountOf(reader, get("usd"));
  const tokens = amountOf(reader, get("tokens"));
  const turns = wholeOf(reader, get("turns"), 100_000);
  return {
    ...(usd === undefined ? {} : { usd }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(turns === undefined ? {} : { turns }),
  };
}

function agentsOf(reader: Reader, entry: WrittenEntry | undefined): Plan["agents"] {
  const get = nested(reader, entry, agentKeys);
  const byDefault = textOf(reader, get("default"));
  const reviewer = textOf(reader, get("reviewer"));
  const reviewerModel = textOf(reader, get("reviewer-model"));
  const model = textOf(reader, get("model"));
  const maxParallel = wholeOf(reader, get("max-parallel"), 64);
  const turns = wholeOf(reader, get("turns"), 1000);
  const minutes = wholeOf(reader, get("minutes"), MOST_MINUTES);
  return {
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(reviewer === undefined ? {} : { reviewer }),
    ...(reviewerModel === undefined ? {} : { reviewerModel }),
    ...(maxParallel === undefined ? {} : { maxParallel }),
    ...(turns === undefined ? {} : { turns }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(model === undefined ? {} : { model }),
  };
}

function textOf(reader: Reader, entry: WrittenEntry | undefined): string | undefined {
  return entry === undefined ? undefined : readText(reader, entry);
}

function textsOf(reader: Reader, entry: WrittenEntry | undefined): readonly string[] {
  return entry === undefined ? [] : readItems(reader, entry).map((item) => item.text);
}

function wholeOf(reader: Reader, entry: WrittenEntry | undefined, max: number): number | undefined {
  return entry === undefined ? undefined : readWhole(reader, entry, { min: 1, max });
}

function amountOf(reader: Reader, entry: WrittenEntry | undefined): number | undefined {
  return entry === undefined ? undefined : readAmount(reader, entry);
}

function choice<Word extends string>(
  reader: Reader,
  entry: WrittenEntry | undefined,
  allowed: readonly Word[],
): Word | undefined {
  return entry === undefined ? undefined : readChoice(reader, entry, allowed);
}
