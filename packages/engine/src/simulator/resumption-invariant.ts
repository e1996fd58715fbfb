import { taskOfAttempt, type AttemptId, type Fact, type RecordedFact } from "@breakwater/core";

type Opening = Extract<Fact, { readonly type: "attempt.opened" }>;

/** What the facts up to some point say of one attempt and its conversation. */
type Held = { ended: boolean; told?: string; result?: string; own: boolean };

/**
 * Judged from the facts alone: a conversation is gone on with by one attempt at a time, of the same task, only
 * where it was told, after its holder was interrupted, on the files that were left, and not after going on
 * had failed.
 */
export function resumedRightly(facts: readonly RecordedFact[]): string | undefined {
  const held = new Map<AttemptId, Held>();
  const taken = new Set<string>();
  const failed = new Set<string>();
  for (const { fact } of facts) {
    if (fact.type === "attempt.opened") {
      const wrong = wrongOpening(fact, held, { taken, failed });
      if (wrong !== undefined) return `${fact.attempt} ${wrong}`;
      held.set(fact.attempt, opened(fact));
    }
    note(fact, held, failed);
    if (fact.type !== "command.issued" || fact.command.type !== "start-agent") continue;
    const { attempt, resume } = fact.command;
    if (resume !== held.get(attempt)?.told && resume !== undefined)
      return `${attempt} was started with a conversation that it was not opened with`;
  }
  return undefined;
}

function opened({ correction }: Opening): Held {
  const told = correction?.resume?.session;
  return { ended: false, own: false, ...(told === undefined ? {} : { told }) };
}

type Past = { readonly taken: Set<string>; readonly failed: ReadonlySet<string> };

function wrongOpening(
  { attempt, correction }: Opening,
  held: ReadonlyMap<AttemptId, Held>,
  { taken, failed }: Past,
): string | undefined {
  const resume = correction?.resume;
  if (resume === undefined) return undefined;
  const from = held.get(resume.from);
  if (from === undefined || !from.ended) return "goes on with a conversation that somebody holds";
  if (taskOfAttempt(resume.from) !== taskOfAttempt(attempt)) return "goes on with another task";
  if (from.told !== resume.session) return "goes on with a conversation that was never told";
  if (from.own) return "goes on with a conversation that came to its own end";
  if (from.result !== undefined && from.result !== correction?.carry) return "lacks the files that were left";
  if (taken.has(resume.from)) return "goes on where another attempt went on already";
  if (failed.has(taskOfAttempt(attempt))) return "goes on after that had failed";
  taken.add(resume.from);
  return undefined;
}

const OWN_ENDS: ReadonlySet<string> = new Set(["completed", "failed", "stuck", "gate-missing"]);

function note(fact: Fact, held: Map<AttemptId, Held>, failed: Set<string>): void {
  if (!("attempt" in fact) || typeof fact.attempt !== "string") return;
  const one = held.get(fact.attempt);
  if (one === undefined) return;
  if (fact.type === "attempt.progressed" && fact.runtimeSession !== undefined) one.told = fact.runtimeSession;
  if (fact.type === "workspace.failed" || fact.type === "attempt.not-started") one.ended = true;
  if (fact.type === "result.snapshotted" && fact.changed > 0) one.result = fact.commit;
  if (fact.type !== "attempt.exited") return;
  one.ended = true;
  one.own = OWN_ENDS.has(fact.report.ending.kind);
  if (fact.report.ending.kind === "error" && fact.report.ending.message === "no such conversation")
    failed.add(taskOfAttempt(fact.attempt));
}
