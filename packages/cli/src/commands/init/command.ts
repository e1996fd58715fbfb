import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "init",
  summary: "Make a repository ready: find its checks, write its settings",
  group: "start",
  options: [
    { name: "tier", value: "TIER", choices: ["fast"], summary: "how much to set up (fast)" },
    { name: "yes", summary: "write without asking" },
    { name: "dry-run", summary: "show what would be written; run and write nothing" },
    { name: "no-run", summary: "do not try the commands that were found" },
    { name: "undo", summary: "take back what the last init wrote" },
  ],
  examples: [
    { line: "breakwater init --tier fast", note: "shows every change and asks once" },
    { line: "breakwater init --yes --no-run", note: "in a script" },
  ],
  load: () => import("./run.ts"),
};
