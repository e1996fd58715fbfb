import { taskOfAttempt, type AttemptId, type RecordedFact, type RunState } from "@breakwater/core";

/** Most that is set aside for one attempt of a simulated session. */
const MOST_RESERVED_USD = 0.8;

type Opened = { readonly wave: number; usd: number; turns: number };

/**
 * Reckoned anew, from the facts alone: no attempt of a task is opened once its ceiling of money is used up, but
 * where a person asked, and none of a wave where its share of turns is not left.
 */
export function ceilingsHold(facts: readonly RecordedFact[], { session }: RunState): string | undefined {
  const { task, wave } = session?.schedule.budget ?? {};
  const attempts = new Map<AttemptId, Opened>();
  const asked = new Set<string>();
  const [ofTask, ofWave] = [task?.usd ?? Number.POSITIVE_INFINITY, wave?.turns ?? Number.POSITIVE_INFINITY];
  for (const { fact } of facts) {
    if (fact.type === "task.retried") asked.add(fact.task);
    if (fact.type === "decision.answered" || fact.type === "decision.expired") asked.add("all");
    if (fact.type === "attempt.not-started" || fact.type === "workspace.failed")
      attempts.delete(fact.attempt);
    const known =
      "attempt" in fact && typeof fact.attempt === "string" ? attempts.get(fact.attempt) : undefined;
    if (fact.type === "attempt.exited" && known !== undefined) {
      known.usd = fact.report.usage.usd ?? Math.min(ofTask, MOST_RESERVED_USD);
      known.turns = fact.report.usage.turns;
    }
    if (fact.type !== "attempt.opened") continue;
    const id = taskOfAttempt(fact.attempt);
    const before = [...attempts].filter(([each]) => taskOfAttempt(each) === id);
    const used = before.reduce((sum, [, each]) => sum + each.usd, 0);
    if (used >= ofTask && !asked.has(id) && !asked.has("all"))
      return `${fact.attempt} was opened with ${used} of ${ofTask} usd of its task gone`;
    const spent = [...attempts.values()]
      .filter((each) => each.wave === fact.wave)
      .reduce((sum, each) => sum + each.turns, 0);
    if (spent >= ofWave)
      return `${fact.attempt} was opened with ${spent} of ${ofWave} turns of its wave gone`;
    attempts.set(fact.attempt, { wave: fact.wave, usd: 0, turns: 0 });
  }
  return undefined;
}
