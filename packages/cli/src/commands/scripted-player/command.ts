import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "scripted-player",
  summary: "Play the script of a scripted agent; started by its attempt, never by hand",
  group: "care",
  hidden: true,
  raw: true,
  load: () => import("./run.ts"),
};
