import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "config show",
  summary: "Print every setting with its value and where it comes from",
  group: "care",
  load: () => import("./run.ts"),
};
