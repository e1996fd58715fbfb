import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "agents",
  summary: "Say which agents are here and what each one guarantees, and how that is known",
  group: "look",
  options: [{ name: "prove", summary: "also let each client ask its door for a write that is refused" }],
  examples: [{ line: "breakwater agents --prove", note: "no sign-in, no network, no cost" }],
  load: () => import("./run.ts"),
};
