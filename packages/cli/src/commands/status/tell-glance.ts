import type { Glance } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { statusLines } from "../../session/status-text.ts";

/** Writes a glance in the form that was asked for. */
export function tellGlance(glance: Glance, context: CommandContext): ExitCode {
  const { board, attention, wall, next } = glance;
  const text =
    context.output === "json"
      ? jsonLine("status", { board, attention, wall, next })
      : `${statusLines(glance, context).join("\n")}\n`;
  context.stdout.write(text);
  return EXIT.done;
}
