import { plainLine } from "@breakwater/core";
import { configKeys, isConfigKey, specOf, variableOf, writtenValue } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { usageFailures } from "../../../errors/usage-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { originText } from "../origin-text.ts";
import { projectConfig } from "../project-config.ts";

/** Explains one setting. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const key = input.argument("key") ?? "";
  if (!isConfigKey(key))
    return reportFailure({ failure: usageFailures.badValue("KEY", key, configKeys()) }, context);
  const entry = projectConfig(context).entries[key];
  const { reader, byDefault, summary, idle } = specOf(key);
  const origin = originText(entry);
  if (context.output === "json") {
    const { value, origin: from, where } = entry;
    const fields = { key, value, origin: from, where, default: byDefault, acted: idle !== true };
    context.stdout.write(
      jsonLine("config.explain", { ...fields, form: reader.form, summary, variable: variableOf(key) }),
    );
    return EXIT.done;
  }
  const shown = (value: unknown): string => plainLine(writtenValue(value)) || "not set";
  const lines = [
    `${key}  ${summary}`,
    `  value    ${shown(entry.value)}  (${origin})`,
    `  default  ${shown(byDefault)}`,
    `  form     ${reader.form}`,
    ...partLines(reader.below),
    ...(idle === true ? ["  acted on no; it is read and kept, and this version does nothing by it"] : []),
    `  set it   "- ${key}: …" below "## Session Config", or ${variableOf(key)} for one run`,
  ];
  context.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}

function partLines(parts: ReturnType<typeof specOf>["reader"]["below"]): readonly string[] {
  return Object.entries(parts ?? {}).map(
    ([name, { reader, byDefault, summary }]) =>
      `           ${name}: ${reader.form}; ${writtenValue(byDefault) || "not set"}; ${summary}`,
  );
}
