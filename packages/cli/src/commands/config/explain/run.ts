import { plainLine } from "@breakwater/core";
import { CONFIG_KEYS, configKeys, isConfigKey, variableOf, writtenValue } from "@breakwater/node";
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
  const { reader, byDefault, summary } = CONFIG_KEYS[key];
  const origin = originText(entry);
  if (context.output === "json") {
    const fields = { key, value: entry.value, origin: entry.origin, where: entry.where, default: byDefault };
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
    `  set it   "- ${key}: …" below "## Session Config", or ${variableOf(key)} for one run`,
  ];
  context.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
