import type { Handler } from "../shell/shell.ts";
import { UNSEEN } from "../shell/stream.ts";
import { opaque } from "./refuse.ts";
import { SHELLS, runShell } from "./shell-program.ts";
import { LANGUAGES, NAMES } from "./language-table.ts";
import { runLanguage } from "./language-runtime.ts";
import { runDeno, runBun } from "./javascript-runtime.ts";

/** Shells and language runtimes: what they are given as text is judged, what they are given as a file is looked up. */
export const INTERPRETERS: readonly (readonly [string, Handler])[] = [
  ...SHELLS.map((name) => [name, runShell] as const),
  ...Object.keys(LANGUAGES).map((name) => [name, runLanguage] as const),
  ...Object.keys(NAMES).map((name) => [name, runLanguage] as const),
  ["python3.11", runLanguage],
  ["python3.12", runLanguage],
  ["python3.13", runLanguage],
  ["deno", runDeno],
  ["bun", runBun],
  [
    "java",
    (call, shell) =>
      call.args.some((arg) => /^-(?:version|-version)$/.test(arg.text))
        ? UNSEEN
        : opaque(shell, "what java runs is not visible"),
  ],
];
