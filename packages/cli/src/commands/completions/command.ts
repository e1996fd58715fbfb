import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "completions",
  summary: "Print the completions of a shell",
  group: "care",
  arguments: [{ name: "shell", summary: "the shell", choices: ["bash", "zsh", "fish"] }],
  examples: [
    { line: 'eval "$(breakwater completions bash)"', note: "in ~/.bashrc" },
    { line: "breakwater completions fish | source", note: "in config.fish" },
  ],
  load: () => import("./run.ts"),
};
