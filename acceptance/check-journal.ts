import { dispositionOf, gateVerdict, type Fact } from "@breakwater/core";
import type { SeededPlan } from "./seeded-plan.ts";
import type { Story } from "./story.ts";
import { equalTo, noneAmiss, type Check } from "./table.ts";

type Of<T extends Fact["type"]> = Extract<Fact, { readonly type: T }>;

/** Facts of one type, in order. */
export function factsOf<T extends Fact["type"]>(story: Story, type: T): readonly Of<T>[] {
  return story.facts.filter((fact): fact is Of<T> => fact.type === type);
}

/** What the journal has to tell of a session of this plan. */
export function journalChecks(plan: SeededPlan, story: Story, starts: readonly string[]): readonly Check[] {
  return [...landings(plan, story), ...refusals(plan, story), ...startChecks(plan, story, starts)];
}

/** Tasks that there are in the end: those of the plan, the repair, and the one that the engine adds. */
function tasksOf({ tasks, culprit }: SeededPlan): readonly string[] {
  return [...tasks.map(({ id }) => id), `${culprit.id}F1`];
}

function landings(plan: SeededPlan, story: Story): readonly Check[] {
  const { culprit, pair } = plan;
  const landed = factsOf(story, "integration.advanced").map(({ attempt }): string => attempt);
  const missing = tasksOf(plan).filter((id) => !landed.some((attempt) => attempt.startsWith(`${id}.`)));
  const open = [...story.state.tasks.values()].flatMap((each) => {
    const kind = dispositionOf(story.state, each)?.kind ?? "open";
    return kind === "done" || kind === "no-op" ? [] : [`${each.task.id} is ${kind}`];
  });
  const blamed = factsOf(story, "gate.blamed").map(({ attempt }) => attempt);
  const conflicts = factsOf(story, "candidate.conflicted").map(({ attempt }) => attempt);
  return [
    noneAmiss("every task of the plan landed", missing, `${landed.length} landings`),
    noneAmiss("every task is done or found nothing to do", open, `${story.state.tasks.size} tasks`),
    equalTo("the gate went red once its wave had landed", redWaves(story), `wave ${culprit.wave}`),
    equalTo("the search blamed the regression", blamed.join(" "), `${culprit.id}.1`),
    equalTo(
      "its repair landed",
      landed.filter((id) => id.startsWith(`${culprit.id}F`)).join(" "),
      `${culprit.id}F1.1`,
    ),
    equalTo("the second of the pair conflicted", conflicts.join(" "), `${pair[1]}.1`),
    equalTo(
      "and landed with both intents",
      landed.filter((id) => id.startsWith(`${pair[1]}.`)).join(" "),
      `${pair[1]}.2`,
    ),
  ];
}

/** The waves whose gate was red against the baseline. */
function redWaves(story: Story): string {
  const runs = factsOf(story, "gate.finished");
  const baseline = runs.find(({ run }) => run.purpose.kind === "baseline")?.report;
  const waves = runs.flatMap(({ run, report }) => {
    if (run.purpose.kind !== "wave" || gateVerdict(report, baseline).kind !== "red") return [];
    return [`wave ${run.purpose.wave}`];
  });
  return [...new Set(waves)].join(", ");
}

function refusals({ strayTool, strayShell }: SeededPlan, story: Story): readonly Check[] {
  const denials = factsOf(story, "scope.denied").map(
    ({ attempt, path, allowed }) => `${attempt} ${path}${allowed ? " let through" : ""}`,
  );
  const audits = factsOf(story, "candidate.audited").filter(({ held }) => held.length > 0);
  const held = audits.map(({ attempt, held }) => `${attempt} ${held.map(({ path }) => path).join(" ")}`);
  const kept = audits.every(({ quarantine }) => quarantine !== undefined);
  return [
    equalTo(
      "the door denied the stray write",
      denials.join(", "),
      `${strayTool.id}.1 ${strayTool.strayTool ?? ""}`,
    ),
    equalTo(
      "the audit held what came by shell",
      held.join(", "),
      `${strayShell.id}.1 ${strayShell.strayShell ?? ""}`,
    ),
    equalTo("what it held is under a ref", kept, true),
  ];
}

function startChecks(plan: SeededPlan, story: Story, starts: readonly string[]): readonly Check[] {
  const twice = starts.filter((id, at) => starts.indexOf(id) !== at);
  const wanted = [
    ...tasksOf(plan).map((id) => `${id}.1`),
    "S1.1",
    `${plan.pair[1]}.2`,
    `${plan.strayShell.id}.2`,
  ];
  const opened = factsOf(story, "attempt.opened").map(({ attempt }): string => attempt);
  return [
    noneAmiss("no attempt started twice", twice, `${starts.length} starts counted by the agents`),
    equalTo("the journal opened as many", opened.toSorted().join(" "), [...wanted].toSorted().join(" ")),
    equalTo("and all of them ran", starts.toSorted().join(" "), [...wanted].toSorted().join(" ")),
  ];
}
