import { existsSync } from "node:fs";
import { findProgram } from "@breakwater/agents";
import { shellWord } from "@breakwater/core";

/** An agent client on the user's path, and the one command that gives it `/session`, `/go` and `/close`. */
export type HostCommand = { readonly host: string; readonly command: string };

type Host = {
  readonly host: string;
  readonly program: string;
  /** `plugins` is a word for a shell. */
  readonly command: (plugins: string) => string;
};

const HOSTS: readonly Host[] = [
  {
    host: "Claude Code",
    program: "claude",
    command: (plugins) =>
      `claude plugin marketplace add ${plugins} && claude plugin install breakwater@breakwater`,
  },
  {
    host: "Codex",
    program: "codex",
    command: (plugins) => `codex plugin marketplace add ${plugins} && codex plugin add breakwater@breakwater`,
  },
  {
    host: "Cursor",
    program: "cursor-agent",
    command: (plugins) => `cursor-agent --plugin-dir ${plugins}/cursor`,
  },
];

/** The command for each host that is on the path; none where the plugins are not beside the program. */
export function hostCommands(
  plugins: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly HostCommand[] {
  if (!existsSync(plugins)) return [];
  return HOSTS.flatMap(({ host, program, command }) =>
    findProgram(program, env) === undefined ? [] : [{ host, command: command(shellWord(plugins)) }],
  );
}
