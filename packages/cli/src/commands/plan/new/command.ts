import type { CommandSpec } from "../../../command-spec.ts";

export const command: CommandSpec = {
  name: "plan new",
  summary: "Write a skeleton of a plan",
  group: "plan",
  arguments: [{ name: "title", summary: "what the session shall achieve", complete: "none", optional: true }],
  options: [
    {
      name: "session",
      value: "TYPE",
      choices: ["housekeeping", "feature", "deep"],
      summary: "the kind of session (feature)",
    },
    {
      name: "from",
      value: "issue:N",
      summary: "begin from an issue, read with gh or glab",
      complete: "none",
    },
    {
      name: "out",
      value: "FILE",
      summary: "the file, instead of stdout; an existing one is kept",
      complete: "file",
    },
  ],
  examples: [
    { line: 'breakwater plan new "Rate limits" --out plans/rate.plan.md', note: "then fill it in" },
    { line: "breakwater plan new --from issue:12 --out plans/rate.plan.md", note: "with the issue as brief" },
  ],
  load: () => import("./run.ts"),
};
