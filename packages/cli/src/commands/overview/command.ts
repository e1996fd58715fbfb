import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "overview",
  summary: "Say in three lines where this repository stands and what comes next",
  group: "start",
  hidden: true,
  load: () => import("./run.ts"),
};
