import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "hook",
  summary: "Judge a tool call that an agent client is about to make; for its hook settings",
  group: "care",
  raw: true,
  load: () => import("./run.ts"),
};
