import { EXIT_CODES, EXIT_PRECEDENCE } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { usageFailures } from "../../errors/usage-failure.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { commandHelp, familyHelp } from "../../help/command-help.ts";
import { helpText } from "../../help/root-help.ts";
import { jsonLine } from "../../output/json-line.ts";
import { REGISTRY } from "../../registry.ts";

/** Shows the help of the programme, of a command or family, or of a topic. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const topic = input.rest("topic").join(" ");
  if (topic === "exit-codes") return showExitCodes(context);
  const text = topic === "" ? helpText(REGISTRY, "full") : helpOf(topic);
  if (text === undefined) {
    const names = [...REGISTRY.map((spec) => spec.name), "exit-codes"];
    return reportFailure({ failure: usageFailures.unknownCommand(topic, names) }, context);
  }
  context.stdout.write(text);
  return EXIT.done;
}

function helpOf(topic: string): string | undefined {
  const spec = REGISTRY.find((each) => each.name === topic);
  if (spec !== undefined) return commandHelp(spec);
  const members = REGISTRY.filter((each) => each.name.startsWith(`${topic} `));
  return members.length === 0 ? undefined : familyHelp(topic, members);
}

function showExitCodes(context: CommandContext): ExitCode {
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => ({ code: Number(code), meaning }));
  if (context.output === "json") {
    context.stdout.write(jsonLine("exit-codes", { codes, precedence: EXIT_PRECEDENCE }));
    return EXIT.done;
  }
  const rows = codes.map(({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`);
  const order = `Where several hold, the first of these wins: ${EXIT_PRECEDENCE.join(", ")}.`;
  context.stdout.write(`${rows.join("\n")}\n\n${order}\n`);
  return EXIT.done;
}
