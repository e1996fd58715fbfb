import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "simulate",
  summary: "Run random sessions with crashes against the promises, without a repository",
  group: "care",
  options: [
    { name: "seeds", value: "N", summary: "how many sessions (100)", atLeast: 1 },
    { name: "from", value: "N", summary: "the first seed (1)", atLeast: 0 },
    { name: "seed", value: "N", summary: "only this one, with all its violations", atLeast: 0 },
  ],
  examples: [
    { line: "breakwater simulate --seeds 1000 --json", note: "one line per failing seed, counts last" },
  ],
  load: () => import("./run.ts"),
};
