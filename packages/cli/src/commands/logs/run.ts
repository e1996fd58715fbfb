import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { plainLine, timelineLine } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { factLine } from "../../session/fact-line.ts";
import { walkFacts, withSession } from "../../session/session-command.ts";
import type { StoredSession } from "../../session/session-store.ts";

/** Prints one line for each fact, or the event file of one attempt. */
export function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const attempt = input.argument("attempt");
  return withSession(context, input.option("session"), ({ session }) =>
    attempt === undefined ? printFacts(session, context) : printEvents(session, attempt, context),
  );
}

function printFacts({ facts }: StoredSession, context: CommandContext): ExitCode {
  walkFacts(facts, (recorded, state) => {
    if (context.output === "json") return context.stdout.write(factLine(recorded, state));
    const line = timelineLine(recorded, state);
    if (line !== undefined) context.stdout.write(`${line}\n`);
  });
  return EXIT.done;
}

/** Longer lines of an event file are cut for people; programs get them whole. */
const MOST_SHOWN = 2_000;

async function printEvents(
  { place, state }: StoredSession,
  attempt: string,
  context: CommandContext,
): Promise<ExitCode> {
  const known = [...state.attempts.keys()].find((each) => each === attempt);
  const file = join(place.folder, "agents", `${known ?? ""}.ndjson`);
  if (known === undefined || (await stat(file).catch(() => undefined)) === undefined) {
    const names = [...state.attempts.keys()];
    const failure = {
      code: "BW771",
      message: `there are no events of "${attempt}" in this session`,
      fix: names.length === 0 ? "No attempt has started yet." : `Attempts: ${names.join(", ")}`,
    };
    return reportFailure({ failure }, context);
  }
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    context.stdout.write(`${context.output === "json" ? line : plainLine(line, MOST_SHOWN)}\n`);
  }
  return EXIT.done;
}
