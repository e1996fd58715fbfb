import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "guard eval",
  summary: "Judge every tool call of a corpus and count what the guard gets wrong",
  group: "look",
  arguments: [{ name: "file", summary: "JSON lines, one case each", complete: "file" }],
  options: [{ name: "unattended", summary: "nobody can be asked: a question is a denial" }],
  examples: [
    {
      line: "breakwater guard eval cases.jsonl --json",
      note: "a line per case, then a summary; exit code 4 where one differs",
    },
  ],
  load: () => import("./run.ts"),
};
