import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "config explain",
  summary: "Show one setting: value, origin, form, and how to change it",
  group: "care",
  arguments: [{ name: "key", summary: "a key such as max-parallel", complete: "none" }],
  examples: [{ line: "breakwater config explain agents-per-wave", note: "where its value comes from" }],
  load: () => import("./run.ts"),
};
