import { ADAPTATION, stepAfter } from "../../policy/adaptation.ts";
import type { Command } from "../command.ts";
import { dispositionOf } from "../disposition.ts";
import type { RecordedFact } from "../fact.ts";
import { lastAttempt, outcomeOf } from "../outcome.ts";
import { resumptionAfter } from "../resumption.ts";
import { phaseOf } from "../phase.ts";
import { adaptationQuestion } from "../standing.ts";
import type { AttemptState, RunState } from "../state.ts";

/** What the scenarios have shown so far, as words that a test compares with the tables. */
export class Seen {
  readonly words = new Set<string>();
  readonly #issued = new Map<string, string>();
  readonly #concluded = new Set<AttemptState>();

  note(...words: readonly string[]): void {
    this.words.add(words.join(" "));
  }

  /** Notes what one fact and the state after it show. */
  fact({ fact, cause }: RecordedFact, state: RunState): void {
    this.note("fact", fact.type);
    if (cause !== undefined) this.note("settled", this.#issued.get(cause) ?? cause, fact.type);
    this.note("phase", phaseOf(state).kind);
    if (fact.type === "command.issued") this.#command(fact.command);
    if (fact.type === "gate.finished") this.note("gate", fact.run.purpose.kind);
    if (fact.type === "decision.answered" || fact.type === "decision.expired") {
      const subject = state.decisions.get(fact.decision)?.question.subject.kind ?? "none";
      this.note(fact.type, subject, fact.option);
    }
    if (fact.type === "session.refused") for (const { code } of fact.failures) this.note("not started", code);
    for (const attempt of state.attempts.values()) this.#conclude(state, attempt);
  }

  /** Notes what became of tasks in the end, by the outcome of their last attempt. */
  end(state: RunState): void {
    for (const task of state.tasks.values()) {
      const attempt = lastAttempt(state, task.task.id);
      const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
      const disposition = dispositionOf(state, task);
      if (disposition !== undefined) this.note("task", outcome?.kind ?? "never", disposition.kind);
    }
  }

  #command(command: Command): void {
    this.note("command", command.type);
    this.#issued.set(command.id, command.type);
    if (command.type !== "ask-person") return;
    const { subject, options } = command.question;
    for (const option of options) this.note("asked", subject.kind, option.id);
  }

  #conclude(state: RunState, attempt: AttemptState): void {
    if (this.#concluded.has(attempt)) return;
    const task = state.tasks.get(attempt.task);
    const outcome = outcomeOf(state, attempt);
    if (task === undefined || outcome === undefined) return;
    this.#concluded.add(attempt);
    this.note("outcome", outcome.kind);
    const { cause } = outcome;
    if (cause === "landed" || cause === "nothing-to-do") return this.note("cause", cause);
    this.note("resumption", resumptionAfter(state, task, attempt).rule);
    const { step, rule } = stepAfter(adaptationQuestion(state, task, attempt, outcome));
    this.note(
      "rule",
      rule.startsWith("adapt:") && cause in ADAPTATION ? `${cause} ${step}` : `${rule} ${step}`,
    );
    if (rule === "adapt:attempts-used-up") this.note("rule", rule);
  }
}
