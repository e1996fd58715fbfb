import { nearMatch } from "../../near-match.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PlanEnvironment } from "../environment.ts";
import type { Plan, PlanTask } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInFrontMatter, placeInTask, startOfFile } from "../plan-source.ts";
import type { ResolvedGates } from "../resolve-gate.ts";
import { short } from "../read-value.ts";

/** What concerns the session as a whole: gates (BW401, BW402), money (BW403) and agents (BW404). */
export function lintSession(
  plan: Plan,
  environment: PlanEnvironment,
  terms: {
    readonly source: PlanSource;
    readonly gates: ResolvedGates;
    readonly defaultAgent: string | undefined;
  },
): readonly Diagnostic[] {
  return [
    ...unknownGates(terms.gates, terms.source),
    ...noFinalGate(terms.gates, terms.source),
    ...budget(plan, environment, terms.source),
    ...noAgent(plan, terms),
    ...unusableAgents(plan, environment, terms),
  ];
}

function noAgent(
  plan: Plan,
  { source, defaultAgent }: { readonly source: PlanSource; readonly defaultAgent: string | undefined },
): readonly Diagnostic[] {
  if (defaultAgent !== undefined) return [];
  const without = plan.waves.flatMap((wave) => wave.tasks).filter((task) => task.agent === undefined);
  const [first] = without;
  if (first === undefined) return [];
  return [
    {
      code: "BW405",
      severity: "error",
      message: `no agent is named for ${first.id}${without.length > 1 ? ` and ${without.length - 1} more` : ""}`,
      where: placeInTask(source, first.id),
      fix: "add `agents: { default: claude }` to the front matter, or pass --agent; breakwater doctor lists the agents found",
    },
  ];
}

function unknownGates(gates: ResolvedGates, source: PlanSource): readonly Diagnostic[] {
  return gates.unknown.map(({ name, moment, item }) => {
    const where = placeInFrontMatter(source, `gates.${moment}`, item);
    const meant = nearMatch(name, gates.known);
    return {
      code: "BW401",
      severity: "error",
      message: `there is no gate "${short(name)}"${meant === undefined ? "" : ` - did you mean "${meant}"?`}`,
      where,
      fix: `known gates: ${gates.known.join(", ") || "none"}; define others under \`gates.commands\``,
      ...(meant === undefined ? {} : { edit: { span: where, newText: meant } }),
    };
  });
}

function noFinalGate(gates: ResolvedGates, source: PlanSource): readonly Diagnostic[] {
  if (gates.beforeFinish.length > 0) return [];
  return [
    {
      code: "BW402",
      severity: "warning",
      message: "no gate runs before the session finishes",
      where: placeInFrontMatter(source, "gates.before-finish"),
      why: "nothing then shows that the parts work together",
      fix: "add `gates: { before-finish: [test] }`, or run breakwater init to detect the commands",
    },
  ];
}

function budget(plan: Plan, environment: PlanEnvironment, source: PlanSource): readonly Diagnostic[] {
  const { usd, minutes, tokens, turns } = plan.budget;
  const where = placeInFrontMatter(source, "budget");
  if ([usd, minutes, tokens, turns].every((ceiling) => ceiling === undefined)) {
    if (plan.session === "housekeeping") return [];
    return [
      {
        code: "BW403",
        severity: "warning",
        message: "the plan has no budget",
        where,
        why: "attempts are bounded, but the session as a whole is then only bounded by their sum",
        fix: "add `budget: { usd: 12, minutes: 45 }`",
      },
    ];
  }
  if (usd === undefined || environment.usualUsd === undefined || usd >= environment.usualUsd) return [];
  return [
    {
      code: "BW403",
      severity: "warning",
      message: `the budget is $${usd}; past sessions of this size cost $${environment.usualUsd.toFixed(2)} in the median`,
      where,
      fix: "raise it, or plan less",
    },
  ];
}

function unusableAgents(
  plan: Plan,
  environment: PlanEnvironment,
  { source, defaultAgent }: { readonly source: PlanSource; readonly defaultAgent: string | undefined },
): readonly Diagnostic[] {
  const bad = (environment.agents ?? []).filter((agent) => agent.usable === "no");
  const tasks: readonly PlanTask[] = plan.waves.flatMap((wave) => wave.tasks);
  return bad.flatMap((agent): readonly Diagnostic[] => {
    const named = tasks.find((task) => task.agent === agent.name);
    const byDefault = agent.name === defaultAgent && tasks.some((task) => task.agent === undefined);
    const reviewer = (plan.agents.reviewer ?? environment.reviewer?.value) === agent.name;
    if (named === undefined && !byDefault && !reviewer) return [];
    const key = reviewer && !byDefault ? "agents.reviewer" : "agents.default";
    const where =
      named !== undefined
        ? placeInTask(source, named.id, { key: "agent" })
        : source.keys.has(key)
          ? placeInFrontMatter(source, key)
          : startOfFile(source.file);
    return [
      {
        code: "BW404",
        severity: "error",
        message: `agent "${agent.name}" cannot be used: ${agent.reason ?? "it is not installed or not signed in"}`,
        where,
        fix: agent.fix ?? "breakwater doctor",
      },
    ];
  });
}
