import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentResult, AgentRun, AgentSpec, ClientEnd, RunningAgent } from "../contract.ts";
import { closableEar } from "../door-call.ts";
import { type HookedEnd, startHooked } from "../hooked-run.ts";
import { CODEX_REPORT_SCHEMA } from "./codex-report.ts";
import { resultOf } from "./codex-result.ts";
import { execArguments } from "./exec-arguments.ts";
import { ExecStream } from "./exec-stream.ts";

/** Runs `codex exec` once: the second door, a hook that the client is told to trust (`docs/spec/adapter.md`). */
export function startExec(
  command: readonly [string, ...string[]],
  spec: AgentSpec,
  run: AgentRun,
): RunningAgent {
  const ear = closableEar(run);
  const { workspace, resume, prompt } = spec;
  const stream = new ExecStream({ run: ear.run, workspace, resumed: resume !== undefined });
  return startHooked(spec, ear, {
    protocol: "codex",
    asked: (intent, decision) => stream.asked(intent, decision),
    take: (line) => stream.take(line),
    unasked: () => stream.unasked,
    command: (door) => {
      const schemaFile = join(door.folder, "report.schema.json");
      writeFileSync(schemaFile, JSON.stringify(CODEX_REPORT_SCHEMA), { mode: 0o600 });
      return [...command, ...execArguments(spec, door, schemaFile)];
    },
    input: prompt,
    result: (end, seen) => resultOfExec(end, stream, seen),
  });
}

function resultOfExec(end: ClientEnd, stream: ExecStream, { stopped, doorMissing }: HookedEnd): AgentResult {
  if (doorMissing !== undefined) stream.end.gateMissing ??= doorMissing;
  const result = resultOf(end, stream.end);
  if (stopped === undefined || result.ending.kind === "gate-missing") return result;
  return { ...result, ending: { kind: "error", class: "crash", message: stopped } };
}
