import { dispositionOf } from "../run/disposition.ts";
import type { Failure } from "../failure.ts";
import { isWaived, verdictAt } from "../run/gate-record.ts";
import { REVISE } from "../policy/course.ts";
import { phaseOf, sessionGates } from "../run/phase.ts";
import type { RunState } from "../run/state.ts";
import { spendingOf } from "../run/spending.ts";
import { attentionOf } from "./attention.ts";
import { ESCAPE_RULE } from "./board.ts";

/** Every exit code of the programme with its meaning. */
export const EXIT_CODES = {
  0: "done",
  1: "a fault of breakwater itself",
  2: "usage",
  3: "plan, configuration or tree refused",
  4: "a gate is red, or a task failed or is unverified",
  5: "content out of scope was found where only agreed content may be",
  6: "stopped by a breaker or a budget, or aborted",
  7: "a decision of a person is needed",
  8: "the environment is not fit",
  9: "another session holds the lease",
  130: "interrupted, state saved",
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** Which code wins where several apply, the strongest first; 2 and 130 never compete. */
export const EXIT_PRECEDENCE: readonly ExitCode[] = [1, 5, 9, 8, 3, 6, 4, 7];

export type Exit = { readonly code: ExitCode; readonly reason: string };

/** The code of a failure that ended the programme, by its own code; 3 where the table does not name it. */
export type FailureExits = Readonly<Record<string, ExitCode>>;

/**
 * The exit code that a session's state stands for, with the facts that lead to it.
 *
 * `exits` maps failure codes to exit codes, for refusals that are not the plan's fault (8, 9). A session
 * that nothing stands against and that has not settled was interrupted: 130.
 */
export function exitCodeOf(state: RunState, exits: FailureExits = {}): Exit {
  const found = [
    ...refusedExits(state, exits),
    ...escapeExits(state),
    ...breakerExits(state),
    ...abandonedExits(state),
    ...openExits(state),
  ];
  const strongest = EXIT_PRECEDENCE.flatMap((code) => found.find((each) => each.code === code) ?? [])[0];
  if (strongest !== undefined) return strongest;
  const settled = state.session?.settledAt !== undefined;
  return settled ? { code: 0, reason: EXIT_CODES[0] } : { code: 130, reason: EXIT_CODES[130] };
}

function refusedExits({ session, close }: RunState, exits: FailureExits): readonly Exit[] {
  const refused = session?.refused ?? [];
  const atClose: readonly Failure[] =
    close.refused === undefined || close.advanced !== undefined ? [] : [close.refused];
  return [
    ...refused.map((failure) => failureExit(failure, exits[failure.code] ?? 3)),
    ...atClose.map((failure) => failureExit(failure, exits[failure.code] ?? 7)),
  ];
}

function failureExit({ code, message }: Failure, exit: ExitCode): Exit {
  return { code: exit, reason: `${code} ${message}` };
}

function escapeExits(state: RunState): readonly Exit[] {
  const escape = state.deviations.find((each) => each.rule.startsWith(ESCAPE_RULE));
  return escape === undefined ? [] : [{ code: 5, reason: escape.text }];
}

function breakerExits(state: RunState): readonly Exit[] {
  const { control, session } = state;
  if (control.limit !== undefined)
    return [{ code: 6, reason: `budget: the session reached its limit of ${limitText(state)}` }];
  if (control.stopped?.aborted === true)
    return [{ code: 6, reason: `aborted: ${control.stopped.by} aborted the session; everything is kept` }];
  // Who parked and has nothing left to start is not held up by it any more.
  if (control.parked === undefined || session?.settledAt !== undefined) return [];
  if (control.parked.reason === "revise") return [];
  return [{ code: 6, reason: `parked for ${control.parked.reason}: ${control.parked.message}` }];
}

/** `usd: 2.1 of 2 used, 0.4 of it estimated`; of time only its name. */
function limitText(state: RunState): string {
  const { limit } = state.control;
  if (limit === undefined || limit === "minutes") return limit ?? "";
  const { known, estimated } = spendingOf(state, limit);
  const budget = state.session?.schedule.budget[limit] ?? 0;
  const part = estimated === 0 ? "" : `, ${rounded(estimated)} of it estimated`;
  return `${limit}: ${rounded(known + estimated)} of ${budget} used${part}`;
}

function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** Nothing of it landed, whatever came out. */
function abandonedExits({ close }: RunState): readonly Exit[] {
  if (close.abandoned === undefined) return [];
  const { by, reason } = close.abandoned;
  return [{ code: 4, reason: `abandoned by ${by}: ${reason}; nothing landed` }];
}

function openExits(state: RunState): readonly Exit[] {
  const waiting = attentionOf(state).find((each) => PERSONAL.has(each.kind) || each.id === REVISE.id);
  const person: readonly Exit[] =
    waiting === undefined ? [] : [{ code: 7, reason: `${waiting.text}; run: ${waiting.commands[0] ?? ""}` }];
  return [...gateExits(state), ...taskExits(state), ...person];
}

const PERSONAL: ReadonlySet<string> = new Set(["decision", "approval", "paused"]);

/** Gates of a settled session that are not green on the head and that nobody accepted. */
function gateExits(state: RunState): readonly Exit[] {
  const { head } = state.integration;
  const { kind } = phaseOf(state);
  if (kind !== "settled" && kind !== "closing" && kind !== "closed") return [];
  return sessionGates(state).flatMap((spec): readonly Exit[] => {
    if (isWaived(state, spec.id, head)) return [];
    const verdict = verdictAt(state, spec.id, head);
    if (verdict?.kind === "green") return [];
    return [{ code: 4, reason: `gate ${spec.id} is ${verdict?.kind ?? "not run"} on ${head.slice(0, 7)}` }];
  });
}

function taskExits(state: RunState): readonly Exit[] {
  return [...state.tasks.values()].flatMap((task): readonly Exit[] => {
    const disposition = dispositionOf(state, task);
    if (disposition?.kind === "carried")
      return [{ code: 4, reason: `${task.task.id} carried over: ${disposition.reason}` }];
    if (disposition !== undefined || state.session?.settledAt === undefined) return [];
    return [{ code: 4, reason: `${task.task.id} is not proven done` }];
  });
}
