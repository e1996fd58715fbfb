import { plainLine } from "@breakwater/core";
import type { AgentEnding, AgentResult, AgentRun, AgentSpec, ClientEnd, RunningAgent } from "../contract.ts";
import { closableEar } from "../door-call.ts";
import { type HookedEnd, startHooked } from "../hooked-run.ts";
import { present, textOf } from "../json-shape.ts";
import { MOST_LAST_WORDS } from "../last-words.ts";
import { classOfFailure } from "../provider-error.ts";
import { readReportText } from "../report.ts";
import { cursorArguments, writePlugin } from "./cursor-arguments.ts";
import { CursorStream } from "./cursor-stream.ts";

const MOST_COMPLAINT = 4_000;

/** Runs Cursor's client once, in print mode: its hooks ask the door, its stream tells the rest. */
export function startCursor(program: string, spec: AgentSpec, run: AgentRun): RunningAgent {
  const ear = closableEar(run);
  const stream = new CursorStream(ear.run);
  let complaint = "";
  return startHooked(spec, ear, {
    protocol: "cursor",
    asked: (intent, decision) => stream.asked(intent, decision),
    take: (line) => stream.take(line),
    unasked: () => stream.unasked,
    complain: ({ text }) => {
      complaint = `${complaint}\n${text}`.slice(-MOST_COMPLAINT);
    },
    command: (door) => [program, ...cursorArguments(spec, writePlugin(door))],
    result: (end, seen) => resultOf(end, stream, { ...seen, complaint }),
  });
}

type CursorEnd = HookedEnd & { readonly complaint: string };

function resultOf(end: ClientEnd, stream: CursorStream, seen: CursorEnd): AgentResult {
  const ending = endingOf(end, stream.result, seen);
  const word = readReportText(ending.kind === "completed" ? stream.lastWord : "");
  return { ending, exitCode: end.code, ...word, ...present({ runtimeSession: stream.session }) };
}

/** A run that failed may have no last line: then the exit and what was complained of say why. */
function endingOf(
  end: ClientEnd,
  result: CursorStream["result"],
  { stopped, doorMissing, complaint }: CursorEnd,
): AgentEnding {
  if (doorMissing !== undefined) return { kind: "gate-missing", message: doorMissing };
  if (end.startError !== undefined) return crash(`the client did not start: ${end.startError.message}`);
  if (stopped !== undefined) return crash(stopped);
  if (end.signal !== null) return crash(`ended by ${end.signal}`);
  if (end.code !== 0 || result?.["is_error"] === true)
    return failed(end, textOf(result?.["result"]), complaint);
  if (result === undefined)
    return { kind: "error", class: "protocol", message: "the client ended without a result" };
  if (result["subtype"] === "success") return { kind: "completed" };
  return { kind: "error", class: "protocol", message: `the client ended by ${String(result["subtype"])}` };
}

/** What it complained of is told with a crash by whoever launched it. */
function failed({ code }: ClientEnd, told: string | undefined, complaint: string): AgentEnding {
  const text = (told ?? complaint).trim();
  const found = classOfFailure({ text }) ?? "crash";
  const message = `exit code ${code}`;
  if (text === "" || (told === undefined && found === "crash")) return crash(message);
  return { kind: "error", class: found, message: `${message}: ${plainLine(text, MOST_LAST_WORDS)}` };
}

function crash(message: string): AgentEnding {
  return { kind: "error", class: "crash", message };
}
