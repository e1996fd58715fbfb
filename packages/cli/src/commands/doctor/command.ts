import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "doctor",
  summary: "Say what is fit and what is not, each with its fix; changes nothing",
  group: "care",
  options: [{ name: "gates", summary: "also run the checks of the project" }],
  examples: [{ line: "breakwater doctor --gates", note: "are all checks green right now?" }],
  load: () => import("./run.ts"),
};
