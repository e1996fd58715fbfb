import {
  decisionId,
  explainDecision,
  explainReview,
  explainStop,
  explainTask,
  nearMatch,
  plainLine,
  taskId,
  type ExplainLine,
} from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { withSession } from "../../session/session-command.ts";
import type { StoredSession } from "../../session/session-store.ts";

/** Explains from the journal alone. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const what = input.argument("what") ?? "";
  return withSession(context, input.option("session"), ({ session }) => {
    const lines = explain(session, what);
    if (lines === undefined) return reportFailure({ failure: unknown(session, what) }, context);
    if (context.output === "json") context.stdout.write(jsonLine("why", { what, lines }));
    else
      context.stdout.write(
        lines.length === 0 ? `nothing happened to ${what} yet\n` : `${lines.map(textOf).join("\n")}\n`,
      );
    return EXIT.done;
  });
}

function explain({ facts, state }: StoredSession, what: string): readonly ExplainLine[] | undefined {
  if (what === "stop") return explainStop(facts);
  const decision = decisionId(what);
  if (state.decisions.has(decision)) return explainDecision(facts, decision);
  const reviewed = [...state.attempts.values()].some((each) => each.reviewing?.review === what);
  if (reviewed || state.reviews.has(what)) return explainReview(facts, what);
  const task = taskId(what);
  return state.tasks.has(task) ? explainTask(facts, task) : undefined;
}

function textOf({ fact, text, rule, because }: ExplainLine): string {
  const head = `${`#${fact}`.padStart(6)}  ${plainLine(text)}${rule === undefined ? "" : `  [${rule}]`}`;
  const reasons = because.map(
    (reason) =>
      `${" ".repeat(8)}because of ${typeof reason === "number" ? `#${reason}` : plainLine(String(reason))}`,
  );
  return [head, ...reasons].join("\n");
}

function unknown({ state }: StoredSession, what: string): Parameters<typeof reportFailure>[0]["failure"] {
  const names = [...state.tasks.keys(), ...state.decisions.keys(), ...state.reviews.keys(), "stop"];
  const near = nearMatch(what, names);
  return {
    code: "BW771",
    message: `there is nothing called "${what}" in this session`,
    fix: near === undefined ? `Ask about one of: ${names.join(", ")}` : `Did you mean ${near}?`,
  };
}
