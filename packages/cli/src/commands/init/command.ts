import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "init",
  summary: "Make a repository ready: find its checks, write its settings",
  group: "start",
  options: [
    {
      name: "tier",
      value: "TIER",
      choices: ["fast", "standard", "deep"],
      summary: "how much to set up where it is missing; never less than there is",
    },
    {
      name: "archetype",
      value: "KIND",
      choices: ["node-minimal", "nextjs-minimal", "python-uv", "static-html"],
      summary: "what an empty project is begun with, from tier standard on",
    },
    { name: "retroactive", summary: "the project is ready already: write only the record of it" },
    { name: "refresh", summary: "renew the time and version of the record" },
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
