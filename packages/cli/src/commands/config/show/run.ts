import { plainLine } from "@breakwater/core";
import { configKeys, specOf, wireValues, writtenValue } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { originText } from "../origin-text.ts";
import { projectConfig } from "../project-config.ts";

/** Prints what holds: the settings that are acted on, and all others that somebody set. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const { platform, file, sectionLine, entries } = projectConfig(context);
  if (context.output === "json") {
    const settings = entries;
    const values = wireValues(entries);
    context.stdout.write(jsonLine("config.show", { platform, file, sectionLine, settings, values }));
    return EXIT.done;
  }
  const isShown = (key: (typeof keys)[number]): boolean =>
    input.flag("all") || specOf(key).idle !== true || entries[key].origin !== "default";
  const keys = configKeys();
  const shown = keys.filter(isShown);
  const width = Math.max(...shown.map((key) => key.length));
  const rows = shown.map((key) => {
    const value = writtenValue(entries[key].value);
    const idle = specOf(key).idle === true ? " (not acted on)" : "";
    return `${key.padEnd(width)} ${plainLine(value === "" ? "-" : value).padEnd(28)} ${originText(entries[key])}${idle}`;
  });
  const from = sectionLine === undefined ? "no section" : `${file ?? ""}:${sectionLine}`;
  const head = `platform ${platform.platform} (${platform.because}), settings from ${plainLine(from)}`;
  const hidden = keys.length - shown.length;
  const more = hidden === 0 ? [] : ["", `${hidden} more that nobody set: breakwater config show --all`];
  context.stdout.write(`${[head, "", ...rows, ...more].join("\n")}\n`);
  return EXIT.done;
}
