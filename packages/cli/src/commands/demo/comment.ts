import type { Fact, FactType, GateReport } from "@breakwater/core";

/** What a viewer should know about a fact of this story; mostly nothing. */
export function commentOn(fact: Fact): readonly string[] {
  if (fact.type === "candidate.audited" && fact.held.length > 0)
    return heldComment(fact.held.map(({ path }) => path).join(", "));
  if (fact.type === "gate.finished") return isRedAfterWave(fact) ? assertionOf(fact.report) : [];
  if (fact.type === "decision.expired")
    return [`the default "${fact.option}" was taken, and the report will say so`];
  if (fact.type === "plan.amended")
    return fact.amendment.kind === "add-task" ? ["a fix task, with the culprit's scope and the reason"] : [];
  const sentence = SENTENCES[fact.type];
  return sentence === undefined ? [] : [sentence];
}

const SENTENCES: Readonly<Partial<Record<FactType, string>>> = {
  "scope.denied": "denied at the door, before a byte was written; the agent carries on inside its scope",
  "decision.asked": "nobody is here to answer: after 3 s the default counts",
  "gate.blamed": "found by running the gate on the merges, not by asking an agent",
  "attempt.adopted": "the very process of before the kill, known by its pid, start time and token",
};

function heldComment(paths: string): readonly string[] {
  return [
    `held at the audit: ${paths} was changed by a program that did not ask the door`,
    "it is in quarantine under a ref of its own; the rest of the work may land",
  ];
}

type GateFinished = Extract<Fact, { readonly type: "gate.finished" }>;

function isRedAfterWave({ run, report: { result } }: GateFinished): boolean {
  return run.purpose.kind === "wave" && result.kind === "exited" && result.code !== 0;
}

const MOST_TEXT = 200;

/** What the output says about expected and actual, as one line. */
function assertionOf({ tail }: GateReport): readonly string[] {
  const lines = tail.split("\n").map((line) => line.trim());
  const from = lines.findIndex((line) => line.startsWith("Expected values"));
  if (from === -1) return [];
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => /^(?:code:|at |generatedMessage)/u.test(line));
  const said = rest.slice(0, end === -1 ? 1 : end).filter((line) => line !== "");
  return [`its own words: ${said.join(" ").slice(0, MOST_TEXT)}`];
}
