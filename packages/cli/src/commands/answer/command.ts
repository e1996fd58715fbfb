import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "answer",
  summary: "Answer a question that waits for you",
  group: "run",
  arguments: [
    { name: "question", summary: "the id of the question, as `status` shows it", complete: "none" },
    { name: "option", summary: "the answer, one of its options", complete: "none" },
  ],
  options: [{ name: "session", value: "ID", summary: "another session than the newest", complete: "none" }],
  examples: [{ line: "breakwater answer d1 retry", note: "one more attempt for the task that d1 is about" }],
  load: () => import("./run.ts"),
};
