import type { TaskId } from "../ids.ts";
import type { Failure } from "../failure.ts";
import { REVISE } from "../policy/course.ts";
import { phaseOf } from "../run/phase.ts";
import type { DecisionState, RunState } from "../run/state.ts";

/** Something that waits for a person, with everything needed to settle it. Text is as recorded. */
export type AttentionItem = {
  readonly kind: "decision" | "approval" | "parked" | "paused" | "refused" | "close-refused";
  /** The decision's id, else the kind. */
  readonly id: string;
  readonly task?: TaskId;
  readonly text: string;
  readonly why?: string;
  /** Answers in order, the recommended one first; empty where only a command helps. */
  readonly options: readonly AttentionOption[];
  /** What happens by itself, and when; milliseconds since the epoch. */
  readonly fallback?: { readonly option: string; readonly at?: number };
  /** When it began to wait, where that is recorded; milliseconds since the epoch. */
  readonly since?: number;
  /** Commands to run, the recommended one first; at least one. */
  readonly commands: readonly string[];
};

export type AttentionOption = {
  readonly id: string;
  readonly label: string;
  readonly consequence: string;
  readonly recommended: boolean;
  readonly command: string;
};

/** What waits for a person: open decisions first, then approvals, parked or paused sessions, refusals. */
export function attentionOf(state: RunState): readonly AttentionItem[] {
  if (state.session === undefined) return [];
  const decisions = [...state.decisions.values()]
    .filter((each) => each.answer === undefined)
    .map(decisionItem);
  return [...decisions, ...approval(state), ...control(state), ...refusals(state)];
}

/** The one command that a person most likely wants next; undefined while the session runs on its own. */
export function nextCommand(state: RunState): string | undefined {
  if (phaseOf(state).kind === "closed") return undefined;
  const waiting = attentionOf(state)[0]?.commands[0];
  if (waiting !== undefined) return waiting;
  return phaseOf(state).kind === "settled" ? "breakwater close" : undefined;
}

function decisionItem({ id, question, askedAt }: DecisionState): AttentionItem {
  const { subject, fallback, deadline } = question;
  const options = question.options.map((option, index) => ({
    ...option,
    recommended: index === 0,
    command: `breakwater answer ${shellWord(id)} ${shellWord(option.id)}`,
  }));
  return {
    kind: "decision",
    id,
    text: question.text,
    options,
    since: askedAt,
    commands: options.map((option) => option.command),
    ...("task" in subject ? { task: subject.task } : {}),
    ...(fallback === undefined
      ? {}
      : { fallback: { option: fallback, ...(deadline === undefined ? {} : { at: deadline }) } }),
  };
}

function approval(state: RunState): readonly AttentionItem[] {
  const { session } = state;
  if (session === undefined || phaseOf(state).kind !== "awaiting-approval") return [];
  return [
    {
      kind: "approval",
      id: "approval",
      text: `the plan ${session.schedule.hash.slice(0, 12)} is not approved`,
      options: [],
      since: session.openedAt,
      commands: [`breakwater go --approve ${session.schedule.hash}`, "breakwater plan show"],
    },
  ];
}

function control({ control: { parked, paused, stopped }, session }: RunState): readonly AttentionItem[] {
  if (session?.settledAt !== undefined || stopped !== undefined) return [];
  const items: AttentionItem[] = [];
  if (parked?.reason === "revise") items.push(revision(parked.message));
  else if (parked !== undefined) {
    const itself = parked.until === undefined ? {} : { fallback: { option: "resume", at: parked.until } };
    const text = `parked for ${parked.reason}: ${parked.message}`;
    items.push({
      kind: "parked",
      id: "parked",
      text,
      options: [],

      commands: ["breakwater resume"],
      ...itself,
    });
  }
  if (paused !== undefined) {
    const text = `paused by ${paused.by}: ${paused.reason}`;
    items.push({
      kind: "paused",
      id: "paused",
      text,
      options: [],

      commands: ["breakwater resume"],
    });
  }
  return items;
}

/** A session whose plan a person wanted to revise: what they can do about it. */
function revision(text: string): AttentionItem {
  return {
    kind: "parked",
    id: REVISE.id,
    text,
    options: [],
    commands: ["breakwater resume", "breakwater status", "breakwater stop"],
  };
}

function refusals({ session, close }: RunState): readonly AttentionItem[] {
  const refused = (session?.refused ?? []).map((failure) =>
    refusal("refused", failure, session?.openedAt ?? 0),
  );
  return close.refused === undefined || close.advanced !== undefined
    ? refused
    : [...refused, refusal("close-refused", close.refused, session?.settledAt ?? 0)];
}

function refusal(kind: "refused" | "close-refused", failure: Failure, since: number): AttentionItem {
  const why = [failure.why, failure.fix === undefined ? undefined : `fix: ${failure.fix}`].filter(
    (each) => each !== undefined,
  );
  return {
    kind,
    id: kind,
    text: `${failure.code} ${failure.message}`,
    options: [],
    since,
    commands: [kind === "refused" ? `breakwater explain ${shellWord(failure.code)}` : "breakwater close"],
    ...(why.length === 0 ? {} : { why: why.join("; ") }),
  };
}

/** A word of a command line, quoted where a shell would take it for more than a word. */
export function shellWord(text: string): string {
  return /^[\w.,:/@%+=-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
