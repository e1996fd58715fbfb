import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "config check",
  summary: "Say what is wrong with the settings; exit code 3 where a session would be refused",
  group: "care",
  load: () => import("./run.ts"),
};
