import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "wall exec",
  summary: "Run a command in the wall of a fresh workspace and say what it changed",
  group: "look",
  arguments: [
    { name: "command", summary: "the command and its arguments, after --", rest: true, complete: "none" },
  ],
  options: [
    {
      name: "scope",
      value: "GLOB",
      repeat: true,
      several: true,
      summary: "what may be written; none given means nothing",
    },
    {
      name: "net",
      value: "TIER",
      choices: ["none", "host"],
      summary: "what of the network is reached (none)",
    },
  ],
  examples: [
    {
      line: "breakwater wall exec --scope 'src/api/**' -- npm test",
      note: "exit code 4 where the command fails",
    },
  ],
  load: () => import("./run.ts"),
};
