import { attemptId, commitId, decisionId, planHash, taskId } from "../../ids.ts";
import type { AttemptId } from "../../ids.ts";
import { draftLine, emptyPlan, startRequest, type DraftPlan } from "./draft-plan.test-support.ts";
import { fateLine, usageOf } from "./fate.test-support.ts";
import { gateRuleLine } from "./gate-rule.test-support.ts";
import { after, listOf } from "./script.test-support.ts";
import type { Line, Script } from "./script.test-support.ts";
import { Seen } from "./seen.test-support.ts";
import { Stage } from "./stage.test-support.ts";

/** Plays a scenario and returns what belongs below its rule. */
export function playScript({ lines }: Script, seen: Seen = new Seen()): string {
  const { stage } = playLines(lines, seen);
  return [...stage.log, "", ...stage.view(), ""].join("\n");
}

/** Plays lines and hands over the session they lead to. */
export function playLines(
  lines: readonly Line[],
  seen: Seen = new Seen(),
): { readonly stage: Stage; readonly plan: DraftPlan } {
  const stage = new Stage(seen);
  let plan = emptyPlan;
  for (const line of lines) {
    const drafted = draftLine(plan, line.words);
    if (drafted === undefined) playLine(stage, plan, line);
    plan = drafted ?? plan;
  }
  return { stage, plan };
}

function playLine(stage: Stage, plan: DraftPlan, { text, words }: Line): void {
  if (isExpectation(words)) return foresee(stage, words);
  stage.log.push(`? ${text}`);
  const [verb = "", word = ""] = words;
  switch (verb) {
    case "go":
      stage.ask(startRequest(plan));
      return stage.ask({ type: "approve", hash: plan.schedule.hash, by: "ana" });
    case "run":
      return stage.run(words[2]);
    case "timer":
      return stage.ring(word);
    case "crash":
      return stage.crash();
    default:
      return playRequest(stage, plan, words) || playAttempt(stage, words) ? undefined : unknownLine(text);
  }
}

/** Lines that only say how something will go. */
function isExpectation(words: readonly string[]): boolean {
  return ["gate", "break", "branch"].includes(words[0] ?? "") || fateLine(words) !== undefined;
}

function foresee(stage: Stage, words: readonly string[]): void {
  const [first = "", second = ""] = words;
  if (first === "gate") return stage.world.rule(gateRuleLine(words));
  if (first === "branch") return stage.world.moveBranch();
  if (first === "break") return stage.breakNext(second);
  stage.world.tell(first, fateLine(words) ?? {});
}

function playRequest(stage: Stage, plan: DraftPlan, words: readonly string[]): boolean {
  const [verb = "", word = "", third = ""] = words;
  const by = "ana";
  switch (verb) {
    case "start":
      stage.ask(startRequest(plan));
      return true;
    case "approve":
      stage.ask({ type: "approve", hash: word === "" ? plan.schedule.hash : planHash(word), by });
      return true;
    case "pause":
    case "stop":
      stage.ask({ type: verb, by, reason: "lunch" });
      return true;
    case "resume":
      stage.ask({ type: "resume", by });
      return true;
    case "retry":
      stage.ask({ type: "retry", task: taskId(word), by });
      return true;
    case "drop":
      stage.ask({ type: "drop", task: taskId(word), by, reason: "not wanted" });
      return true;
    case "answer":
      stage.ask({ type: "answer", decision: decisionId(word), option: third, by });
      return true;
    case "steer":
      stage.ask({ type: "steer", task: taskId(word), text: third, by });
      return true;
    case "close":
      stage.ask({ type: "close", by, commits: word === "summary" ? "summary" : "per-task" });
      return true;
    case "abandon":
      stage.ask({ type: "abandon", by, reason: "not wanted" });
      return true;
    default:
      return false;
  }
}

/** What happens to a running attempt at once. */
function playAttempt(stage: Stage, [name = "", verb = "", ...rest]: readonly string[]): boolean {
  const attempt = attemptOf(name);
  switch (verb) {
    case "progresses": {
      const session = after(rest, "session");
      const told = session === undefined ? {} : { runtimeSession: session };
      stage.tell({ type: "attempt.progressed", attempt, usage: usageOf(rest), now: "editing", ...told });
      return true;
    }
    case "is-denied":
      stage.tell({
        type: "scope.denied",
        attempt,
        tool: "write",
        path: rest[0] ?? "",
        rule: "scope",
        allowed: false,
      });
      return true;
    case "repeats-itself":
      stage.tell({
        type: "attempt.stagnated",
        attempt,
        detection: {
          pattern: "error-echo",
          level: rest[0] === "nudge" ? "nudge" : "stop",
          class: "edit-format-friction",
          file: rest[1] ?? null,
          occurrences: 3,
          calls: ["c1", "c2", "c3"],
          evidence: "Edit: the same error 3 times",
        },
        response: rest[0] === "nudge" ? "nudged" : "stopped",
      });
      return true;
    case "is-overlapped":
      stage.tell({
        type: "attempt.overlapped",
        attempt,
        landed: attemptOf(rest[0] ?? ""),
        commit: commitId("c2"),
        paths: listOf(rest[1]),
        conflicts: listOf(rest[2]),
      });
      return true;
    case "ends":
      stage.end(attempt);
      return true;
    default:
      return false;
  }
}

function attemptOf(name: string): AttemptId {
  const [task = "", n] = name.split(".");
  return attemptId(taskId(task), Number(n));
}

function unknownLine(text: string): never {
  throw new Error(`Reading a scenario: "${text}" is no line of the notation`);
}
