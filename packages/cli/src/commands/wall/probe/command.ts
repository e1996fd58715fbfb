import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "wall probe",
  summary: "Try every wall of the operating system and say which one holds",
  group: "look",
  options: [{ name: "fresh", summary: "try again instead of telling what was found since the boot" }],
  examples: [{ line: "breakwater wall probe --fresh", note: "exit code 8 where no wall holds" }],
  load: () => import("./run.ts"),
};
