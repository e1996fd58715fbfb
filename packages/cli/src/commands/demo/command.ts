import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "demo",
  summary: "See a whole session in a scratch repository: no key, no network",
  group: "start",
  options: [
    { name: "seed", value: "N", summary: "another course of the same story (1)", atLeast: 0 },
    { name: "keep", summary: "leave the repository where it is, to look around in it" },
  ],
  examples: [
    {
      line: "breakwater demo --seed 7 --keep",
      note: "the story with other culprits, and the repository afterwards",
    },
  ],
  load: () => import("./run.ts"),
};
