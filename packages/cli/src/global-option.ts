import type { OptionSpec } from "./command-spec.ts";

/** The options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: "output",
    value: "MODE",
    choices: ["auto", "tty", "plain", "json", "quiet"],
    summary: "how results are written (BREAKWATER_OUTPUT)",
  },
  { name: "json", summary: "the same as --output json" },
  {
    name: "color",
    value: "WHEN",
    choices: ["auto", "always", "never"],
    summary: "colour (NO_COLOR, FORCE_COLOR)",
  },
  { name: "ascii", summary: "no characters beyond ASCII" },
  { name: "no-input", summary: "ask nothing" },
  { name: "cwd", value: "FOLDER", complete: "folder", summary: "run as if started there" },
  {
    name: "platform",
    value: "NAME",
    choices: ["claude", "codex", "cursor", "none"],
    summary: "whose files to use (SO_PLATFORM)",
  },
  { name: "help", short: "h", summary: "show help" },
];

/** A global option by a token as written, or `undefined`. */
export function globalOptionOf(token: string): OptionSpec | undefined {
  const name = token.startsWith("--") ? token.slice(2).split("=", 1)[0] : undefined;
  const short = /^-[a-z]$/.test(token) ? token.slice(1) : undefined;
  return GLOBAL_OPTIONS.find(
    (option) => option.name === name || (short !== undefined && option.short === short),
  );
}
