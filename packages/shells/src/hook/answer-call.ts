import type { Gate, GateDecision, HookProtocol, ToolIntent } from "@breakwater/agents";
import { DOOR_PATIENCE_MS, type HookAnswer, NO_ANSWER } from "./frame.ts";
import { readHookPayload } from "./payload.ts";
import { renderAnswer } from "./render-answer.ts";

/** What a hook door asks, and who hears what it said. */
export type HookJudge = {
  readonly gate: Gate;
  readonly asked: (intent: ToolIntent, decision: GateDecision) => void;
};

/**
 * The answer of an attempt's door to one hook, whichever way it came. What holds no call, takes too long or
 * breaks is denied; never rejects.
 */
export async function answerCall(
  text: string,
  wanted: HookProtocol | "auto",
  judge: HookJudge,
): Promise<HookAnswer> {
  try {
    const read = readHookPayload(text, wanted);
    switch (read.kind) {
      case "notice":
        return renderAnswer(read.protocol, { kind: "allow" });
      case "empty":
        return NO_ANSWER;
      case "unreadable":
        return renderAnswer(read.protocol, { kind: "deny", reason: UNREADABLE });
      case "call": {
        const decision = await inTime(closedWhereBroken(judge.gate, read.intent));
        judge.asked(read.intent, decision);
        return renderAnswer(
          read.protocol,
          decision.allow ? { kind: "allow" } : { kind: "deny", reason: decision.reason },
        );
      }
    }
  } catch {
    return NO_ANSWER;
  }
}

const UNREADABLE = "The guard could not read this call, so it does not run.";

const BROKEN: GateDecision = { allow: false, rule: "door:broken", reason: "The guard did not answer." };

/** Who hears what the door says shall hear of this refusal too. */
async function closedWhereBroken(gate: Gate, intent: ToolIntent): Promise<GateDecision> {
  try {
    return await gate.decide(intent);
  } catch {
    return BROKEN;
  }
}

const TOO_SLOW: GateDecision = {
  allow: false,
  rule: "door:slow",
  reason: "The guard took too long, so this call does not run.",
};

/** The hook itself gives up at the full patience; its answer must be under way before. */
function inTime(decision: Promise<GateDecision>): Promise<GateDecision> {
  let timer: NodeJS.Timeout;
  const late = new Promise<GateDecision>((resolve) => {
    timer = setTimeout(() => resolve(TOO_SLOW), DOOR_PATIENCE_MS - 200);
  });
  return Promise.race([decision, late]).finally(() => clearTimeout(timer));
}
