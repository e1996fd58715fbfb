import { phaseOf, type DecisionState, type Request, type RunState } from "@breakwater/core";
import type { Activity } from "../coordinator.ts";
import type { Random } from "../memory/random.ts";

/** What a simulated person sees and how inclined they are to interfere. */
export type Mood = {
  readonly random: Random;
  readonly meddling: boolean;
  readonly activity: Activity["kind"];
};

const by = "a simulated person";

/** What the person asks for now; undefined when they leave it to the session. */
export function personRequest(state: RunState, mood: Mood): Request | undefined {
  const phase = phaseOf(state).kind;
  const { session } = state;
  if (session === undefined || phase === "refused" || phase === "closed") return undefined;
  if (phase === "awaiting-approval") return { type: "approve", hash: session.schedule.hash, by };
  if (phase === "settled") return afterwards(state, mood);
  if (mood.activity === "resting") return wakeUp(state, mood);
  return mood.meddling && mood.random.chance(0.01) ? meddle(state, mood.random) : undefined;
}

/** A session that rests waits for exactly this. */
function wakeUp(state: RunState, { random }: Mood): Request | undefined {
  const open = [...state.decisions.values()].find((each) => each.answer === undefined);
  if (open !== undefined) return answer(open, random);
  return state.control.paused !== undefined || state.control.parked !== undefined
    ? { type: "resume", by }
    : undefined;
}

function answer(decision: DecisionState, random: Random): Request {
  const { options } = decision.question;
  const option = options[random.below(options.length)] ?? options[0];
  return { type: "answer", decision: decision.id, option: option.id, by };
}

function meddle(state: RunState, random: Random): Request | undefined {
  const tasks = [...state.tasks.keys()];
  const task = tasks[random.below(Math.max(1, tasks.length))];
  switch (random.below(8)) {
    case 0:
      return { type: "pause", by, reason: "lunch" };
    case 1:
      return random.chance(0.2) ? { type: "stop", by, reason: "enough" } : undefined;
    case 2:
      return task === undefined ? undefined : { type: "retry", task, by };
    case 3:
      return task === undefined ? undefined : { type: "drop", task, by, reason: "not needed" };
    case 4:
      return task === undefined ? undefined : { type: "steer", task, text: "look at a.ts", by };
    default:
      return { type: "resume", by };
  }
}

/** A settled session is closed, now and then after one more attempt of something. */
function afterwards(state: RunState, { random, meddling }: Mood): Request | undefined {
  const retried = [...state.tasks.values()].some((task) => task.retriedAfter !== undefined);
  const carried = [...state.tasks.values()].find(
    (task) => task.carried !== undefined && task.attempts.length < 6,
  );
  if (
    meddling &&
    !retried &&
    carried !== undefined &&
    state.control.limit === undefined &&
    random.chance(0.3)
  ) {
    return { type: "retry", task: carried.task.id, by };
  }
  if (state.close.requested !== undefined) return undefined;
  return { type: "close", by, commits: "per-task" };
}
