import { fail, ok, type Failure, type Result } from "../failure.ts";
import { nearMatch } from "../near-match.ts";
import type { Fact } from "./fact.ts";
import { lastAttempt } from "./outcome.ts";
import { phaseOf } from "./phase.ts";
import type { Request } from "./request.ts";
import { standingOf } from "./standing.ts";
import type { RunState, TaskState } from "./state.ts";

/** The facts that a request leads to, or the refusal that names the fix. Nothing is done by asking. */
export type Acceptance = Result<readonly Fact[]>;

type RequestOf<Type extends Request["type"]> = Extract<Request, { readonly type: Type }>;

/** Judges a request against the state. Pure; a repeated request is refused or gives no facts. */
export function accept(state: RunState, request: Request): Acceptance {
  if (request.type === "start") return acceptStart(state, request);
  if (state.session === undefined)
    return refuse("BW460", "there is no session", "start one with `breakwater go PLAN`");
  switch (request.type) {
    case "approve":
      return acceptApprove(state, request);
    case "pause":
    case "resume":
    case "stop":
      return acceptControl(state, request);
    case "retry":
      return acceptRetry(state, request);
    case "drop":
      return acceptDrop(state, request);
    case "answer":
      return acceptAnswer(state, request);
    case "steer":
      return acceptSteer(state, request);
    case "close":
      return acceptClose(state, request);
    case "abandon":
      return acceptAbandon(state, request);
  }
}

function refuse(code: string, message: string, fix: string): Acceptance {
  return fail<Failure>({ code, message, fix });
}

function acceptStart(state: RunState, { type: _type, ...opening }: RequestOf<"start">): Acceptance {
  if (state.session !== undefined) {
    return refuse("BW462", `session ${state.session.id} is already open`, "resume it, or stop it first");
  }
  if (opening.schedule.tasks.length === 0) {
    return refuse("BW463", "the plan has no task", "add at least one task with a scope to a wave");
  }
  return ok([{ type: "session.opened", ...opening }]);
}

function acceptApprove(state: RunState, { hash, by }: RequestOf<"approve">): Acceptance {
  const agreed = state.session?.schedule.hash;
  if (hash !== agreed) {
    return refuse(
      "BW464",
      `the approval is for plan ${hash.slice(0, 12)}, but this session runs plan ${agreed?.slice(0, 12)}`,
      "read the plan as it is now and approve it again",
    );
  }
  if (phaseOf(state).kind !== "awaiting-approval") return ok([]);
  return ok([{ type: "session.approved", hash, by }]);
}

function acceptControl(state: RunState, request: RequestOf<"pause" | "resume" | "stop">): Acceptance {
  if (isOver(state))
    return refuse("BW465", "the session is over", "start another one with `breakwater go PLAN`");
  const { control } = state;
  switch (request.type) {
    case "pause":
      return ok(
        control.paused === undefined
          ? [{ type: "session.paused", by: request.by, reason: request.reason }]
          : [],
      );
    case "stop":
      return ok(
        control.stopped === undefined
          ? [{ type: "session.stopped", by: request.by, reason: request.reason }]
          : [],
      );
    case "resume":
      if (control.paused === undefined && control.parked === undefined) return ok([]);
      return ok([{ type: "session.resumed", by: request.by }]);
  }
}

function isOver(state: RunState): boolean {
  const { kind } = phaseOf(state);
  return kind === "settled" || kind === "closing" || kind === "closed" || kind === "refused";
}

function acceptRetry(state: RunState, { task: id, by }: RequestOf<"retry">): Acceptance {
  const task = state.tasks.get(id);
  if (task === undefined) return unknownTask(state, id);
  const phase = phaseOf(state).kind;
  if (phase === "closed" || phase === "closing" || phase === "refused") {
    return refuse("BW465", "the session is over", "plan the task again in a new session");
  }
  if (state.control.limit !== undefined) {
    return refuse(
      "BW466",
      `the session reached its limit of ${state.control.limit}`,
      "plan the task again in a new session",
    );
  }
  const standing = standingOf(state, task);
  if (task.carried === undefined && standing.kind !== "failed") {
    return refuse(
      "BW467",
      `${id} is not waiting for another attempt: it is ${wordOf(standing.kind)}`,
      "see `breakwater status`",
    );
  }
  return ok([{ type: "task.retried", task: id, by }]);
}

function wordOf(kind: ReturnType<typeof standingOf>["kind"]): string {
  return kind === "resolved" ? "through" : kind;
}

function acceptDrop(state: RunState, { task: id, by, reason }: RequestOf<"drop">): Acceptance {
  const task = state.tasks.get(id);
  if (task === undefined) return unknownTask(state, id);
  if (isOver(state)) return refuse("BW465", "the session is over", "its report keeps the task as it ended");
  if (standingOf(state, task).kind === "active") {
    return refuse("BW468", `${id} is running`, "stop the session, or wait for its attempt to end");
  }
  if (hasLanded(state, task)) return refuse("BW468", `${id} has already landed`, "nothing is to be dropped");
  return ok([{ type: "task.dropped", task: id, by, reason }]);
}

function hasLanded(state: RunState, task: TaskState): boolean {
  return task.attempts.some((id) => state.attempts.get(id)?.advanced !== undefined);
}

function unknownTask(state: RunState, id: string): Acceptance {
  const names = [...state.tasks.keys()];
  const near = nearMatch(id, names);
  const hint = near === undefined ? `the tasks are ${names.join(", ")}` : `did you mean ${near}?`;
  return refuse("BW469", `there is no task "${id}"`, hint);
}

function acceptAnswer(state: RunState, { decision: id, option, by }: RequestOf<"answer">): Acceptance {
  const decision = state.decisions.get(id);
  if (decision === undefined) {
    const open = [...state.decisions.values()]
      .filter((each) => each.answer === undefined)
      .map((each) => each.id);
    const fix = open.length === 0 ? "nothing waits for an answer" : `open questions: ${open.join(", ")}`;
    return refuse("BW470", `there is no question "${id}"`, fix);
  }
  if (decision.answer !== undefined) {
    const { answer } = decision;
    return refuse(
      "BW471",
      `${id} was already answered with "${answer.option}" by ${answer.by}`,
      "see `breakwater why` for what followed",
    );
  }
  const phase = phaseOf(state).kind;
  if (phase === "closed" || phase === "closing" || phase === "refused")
    return refuse("BW465", "the session is over", "its report keeps what became of the question");
  const options = decision.question.options.map((each) => each.id);
  if (!options.includes(option)) {
    return refuse("BW472", `"${option}" is no answer to ${id}`, `choose one of ${options.join(", ")}`);
  }
  return ok([{ type: "decision.answered", decision: id, option, by }]);
}

function acceptSteer(state: RunState, { task: id, text, by }: RequestOf<"steer">): Acceptance {
  if (!state.tasks.has(id)) return unknownTask(state, id);
  const attempt = lastAttempt(state, id);
  if (attempt?.started === undefined || attempt.report !== undefined) {
    return refuse("BW473", `${id} has no running attempt`, "a message reaches only an agent that is at work");
  }
  return ok([{ type: "steer.requested", attempt: attempt.id, text, by }]);
}

function acceptAbandon(state: RunState, { by, reason }: RequestOf<"abandon">): Acceptance {
  const { kind } = phaseOf(state);
  if (kind === "closed") return refuse("BW474", "the session is already closed", "nothing is left to do");
  if (kind === "closing")
    return refuse("BW475", "the session is closing", "let `breakwater close` come to its end first");
  if (kind === "refused") return refuse("BW465", "the session never began", "nothing is left to do");
  return ok(state.close.abandoned === undefined ? [{ type: "session.abandoned", by, reason }] : []);
}

function acceptClose(state: RunState, { by, commits, docs, style }: RequestOf<"close">): Acceptance {
  const { kind } = phaseOf(state);
  if (kind === "closing") return ok([]);
  if (kind === "closed") return refuse("BW474", "the session is already closed", "nothing is left to do");
  if (kind !== "settled")
    return refuse(
      "BW475",
      "the session has not settled",
      "wait for it, answer its questions, or stop it first",
    );
  const more = { ...(docs === undefined ? {} : { docs }), ...(style === undefined ? {} : { style }) };
  return ok([{ type: "close.requested", by, commits, ...more }]);
}
