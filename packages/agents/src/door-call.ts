import type { AgentRun, GateDecision, ToolIntent } from "./contract.ts";
import type { BoundedLine } from "./line-reader.ts";

/**
 * Asks the door about one call, the way the contract demands it: `tool-intent` is heard first, `denied` after
 * a refusal, and a door that breaks is a closed door. Never rejects.
 */
export async function askDoor(intent: ToolIntent, run: AgentRun): Promise<GateDecision> {
  run.hear({ kind: "tool-intent", intent });
  const decision = await decideClosed(intent, run);
  if (!decision.allow) run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
  return decision;
}

async function decideClosed(intent: ToolIntent, run: AgentRun): Promise<GateDecision> {
  try {
    return await run.gate.decide(intent);
  } catch {
    return { allow: false, rule: "door:broken", reason: "the door did not answer" };
  }
}

/** A run whose ear closes: after `close` nothing is heard any more, whatever is still under way. */
export type ClosableEar = { readonly run: AgentRun; readonly close: () => void };

/** Lends a run to an adapter until its result is told, after which nothing may be heard. */
export function closableEar(run: AgentRun): ClosableEar {
  let open = true;
  const hear: AgentRun["hear"] = (event) => (open ? run.hear(event) : undefined);
  return { run: { ...run, hear }, close: () => void (open = false) };
}

const MOST_RAW_TEXT = 4 * 1024;

/** Tells a line that the adapter does not know, cut to a bound that says what is missing. */
export function hearRaw(run: AgentRun, source: "stdout" | "stderr", line: BoundedLine): void {
  const dropped = line.lost + Math.max(0, line.text.length - MOST_RAW_TEXT);
  const lost = dropped > 0 ? ` … (${dropped} more bytes)` : "";
  run.hear({ kind: "raw", source, text: `${line.text.slice(0, MOST_RAW_TEXT)}${lost}` });
}
