import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "demo",
  summary: "See a whole session in a scratch repository: no key, no network",
  group: "start",
  options: [
    { name: "seed", value: "N", summary: "another course of the same story (1)", atLeast: 0 },
    { name: "keep", summary: "leave the repository where it is, to look around in it" },
    {
      name: "speed",
      value: "WORD",
      choices: ["fast", "normal", "slow"],
      summary: "how long the story rests at its headings (normal; without a terminal not at all)",
    },
  ],
  examples: [
    {
      line: "breakwater demo --seed 7 --keep",
      note: "the story with other culprits, and the repository afterwards",
    },
  ],
  load: () => import("./run.ts"),
};
