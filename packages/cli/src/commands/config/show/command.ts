import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "config show",
  summary: "Print the settings with their values and where they come from",
  group: "care",
  options: [{ name: "all", summary: "also those that are not set and that this version does not act on" }],
  load: () => import("./run.ts"),
};
