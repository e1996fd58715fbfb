import { plainLine } from "@breakwater/core";
import { configKeys, writtenValue } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { originText } from "../origin-text.ts";
import { projectConfig } from "../project-config.ts";

/** Prints all settings. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const { platform, file, sectionLine, entries } = projectConfig(context);
  if (context.output === "json") {
    context.stdout.write(jsonLine("config.show", { platform, file, sectionLine, settings: entries }));
    return EXIT.done;
  }
  const rows = configKeys().map((key) => {
    const value = writtenValue(entries[key].value);
    return `${key.padEnd(18)} ${plainLine(value === "" ? "-" : value).padEnd(28)} ${originText(entries[key])}`;
  });
  const from = sectionLine === undefined ? "no section" : `${file ?? ""}:${sectionLine}`;
  const head = `platform ${platform.platform} (${platform.because}), settings from ${plainLine(from)}`;
  context.stdout.write(`${[head, "", ...rows].join("\n")}\n`);
  return EXIT.done;
}
