import type { Diagnostic } from "../diagnostic.ts";
import type { GateSpec, PlanTask } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInFrontMatter, placeInTask } from "../plan-source.ts";
import { isImplementation } from "../role.ts";
import { dangerIn, programOf } from "./command-danger.ts";
import { vagueAcceptance, vagueVerb } from "./vague-word.ts";

/** What judging acceptance needs: the session's gates and what a probe knows of programs. */
export type AcceptanceTerms = {
  readonly source: PlanSource;
  readonly gates: readonly GateSpec[];
  readonly missingPrograms: readonly string[];
};

/** How "done" is written down: BW301 to BW306. */
export function lintAcceptance(tasks: readonly PlanTask[], terms: AcceptanceTerms): readonly Diagnostic[] {
  return tasks.flatMap((task) => [
    ...missing(task, terms.source),
    ...vague(task, terms.source),
    ...commands(task, terms),
  ]);
}

/** Gates that the plan itself brings; their commands are judged like those of tasks. */
export function lintGateCommands(specs: readonly GateSpec[], source: PlanSource): readonly Diagnostic[] {
  return specs.flatMap((spec, item) => {
    const danger = dangerIn(spec.command);
    if (danger === undefined) return [];
    return [dangerous(`gate "${spec.id}"`, danger, placeInFrontMatter(source, "gates.commands", item))];
  });
}

/** Every program that the plan's commands start with, for a probe to look for. */
export function programsOfPlan(tasks: readonly PlanTask[]): readonly string[] {
  const programs = tasks.flatMap((task) => [
    ...task.verify,
    ...(task.reproduce === undefined ? [] : [task.reproduce]),
  ]);
  return [...new Set(programs.flatMap((command) => programOf(command) ?? []))];
}

function missing(task: PlanTask, source: PlanSource): readonly Diagnostic[] {
  if (task.role === "discovery" || task.noOp) return [];
  const where = placeInTask(source, task.id);
  const found: Diagnostic[] = [];
  if (task.doneWhen.length === 0) {
    found.push({
      code: "BW301",
      severity: "warning",
      message: `${task.id} does not say when it is done`,
      where,
      why: "the agent and the reviewer get no criterion to check",
      fix: "add `- done when:` with what a person could observe",
    });
  }
  if (isImplementation(task.role) && task.verify.length === 0) {
    found.push({
      code: "BW302",
      severity: "warning",
      message: `${task.id} has no verify command`,
      where,
      why: "only the wave's gates can show that it works; without a green gate it ends unverified",
      fix: "add `- verify:` with the narrowest command that fails before and passes after",
    });
  }
  return found;
}

function vague(task: PlanTask, source: PlanSource): readonly Diagnostic[] {
  const found: Diagnostic[] = task.doneWhen.flatMap((text, item): readonly Diagnostic[] => {
    const word = vagueAcceptance(text);
    if (word === undefined) return [];
    return [
      {
        code: "BW303",
        severity: "warning",
        message: `"${word}" in \`done when\` of ${task.id} cannot be checked`,
        where: placeInTask(source, task.id, { key: "done-when", item }),
        fix: "say what is observed: an input and its result, a number, a message",
      },
    ];
  });
  const verb = vagueVerb(task.title);
  if (verb !== undefined) {
    found.push({
      code: "BW306",
      severity: "warning",
      message: `the title of ${task.id} begins with "${verb}", which does not say what to do`,
      where: placeInTask(source, task.id),
      fix: "name the change: add, remove, rename, replace … and what",
    });
  }
  return found;
}

function commands(
  task: PlanTask,
  { source, gates, missingPrograms }: AcceptanceTerms,
): readonly Diagnostic[] {
  const written = [
    ...task.verify.map((command, item) => ({ command, key: "verify", item })),
    ...(task.reproduce === undefined ? [] : [{ command: task.reproduce, key: "reproduce", item: 0 }]),
  ];
  return written.flatMap(({ command, key, item }): readonly Diagnostic[] => {
    const where = placeInTask(source, task.id, { key, item });
    const danger = dangerIn(command);
    if (danger !== undefined) return [dangerous(`\`${key}\` of ${task.id}`, danger, where)];
    const program = programOf(command);
    if (program !== undefined && missingPrograms.includes(program)) {
      return [
        {
          code: "BW304",
          severity: "warning",
          message: `\`${key}\` of ${task.id} needs ${program}, which was not found`,
          where,
          why: "a check that cannot run is unknown, and unknown is never pass",
          fix: `install ${program}, or name it as the repository calls it`,
        },
      ];
    }
    const gate = key === "verify" ? gates.find((spec) => spec.command.trim() === command.trim()) : undefined;
    return gate === undefined ? [] : [wholeSuite(task, gate, where)];
  });
}

function wholeSuite(task: PlanTask, gate: GateSpec, where: Diagnostic["where"]): Diagnostic {
  return {
    code: "BW304",
    severity: "warning",
    message: `\`verify\` of ${task.id} is all of gate "${gate.id}"`,
    where,
    why: "it runs for every attempt of the task, and a failure elsewhere counts against it",
    fix: "name the tests of this task only; the gate runs after the wave anyway",
  };
}

function dangerous(what: string, danger: string, where: Diagnostic["where"]): Diagnostic {
  return {
    code: "BW305",
    severity: "error",
    message: `${what} ${danger}`,
    where,
    why: "a check must leave nothing behind: it may run often, on any tree, and without anyone watching",
    fix: "leave that part out",
  };
}
