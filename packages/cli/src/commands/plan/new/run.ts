import { plainLine, type Failure, type SessionType } from "@breakwater/core";
import { openRepository, readSessionConfig } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { planSkeleton } from "../../../plan/plan-skeleton.ts";
import { writeNewFile } from "../../../plan/write-new-file.ts";

/** Writes a skeleton that lints without errors once its scopes are real. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const goal = input.argument("title") ?? "";
  const from = input.option("from");
  if (goal.trim() === "" && from === undefined) return reportFailure({ failure: nothing }, context);
  const opened = await openRepository(context.cwd);
  const { env, platform } = context;
  const config = readSessionConfig(opened.ok ? opened.value.root : context.cwd, {
    env,
    ...(platform === undefined ? {} : { platform }),
  });
  const order = { goal, session: sessionOf(input), ...(from === undefined ? {} : { from }) };
  const place = { config, ...(opened.ok ? { repository: opened.value } : {}) };
  const text = await planSkeleton(order, place, context);
  if (!text.ok) return reportFailure({ failure: text.failure }, context);
  const out = input.option("out");
  if (out === undefined) {
    context.stdout.write(text.value);
    return EXIT.done;
  }
  const written = writeNewFile(out, text.value, context.cwd);
  if (!written.ok) return reportFailure({ failure: written.failure }, context);
  context.stdout.write(`wrote ${plainLine(out)}\nnext  breakwater plan lint ${plainLine(out)}\n`);
  return EXIT.done;
}

function sessionOf(input: CommandInput): SessionType {
  const word = input.option("session");
  return word === "housekeeping" || word === "deep" ? word : "feature";
}

const nothing: Failure = {
  code: "BW012",
  message: "a plan needs a title, or an issue to begin from",
  fix: 'breakwater plan new "TITLE", or breakwater plan new --from issue:12',
};
