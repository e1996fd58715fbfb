import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "attempt",
  summary: "Host one attempt; started by the coordinator, never by hand",
  group: "care",
  hidden: true,
  raw: true,
  load: () => import("./run.ts"),
};
