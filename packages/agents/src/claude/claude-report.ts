import type { AgentSpec } from "../contract.ts";

/** Added to the prompt, so that the report is not written twice and paid for twice. */
export function reportNote({ report }: Pick<AgentSpec, "report">): string {
  return report === "review" ? REVIEW_NOTE : REPORT_NOTE;
}

const REVIEW_NOTE =
  "\n\nYou have a tool `StructuredOutput`. Call it once, as the very last thing, with the same report: it takes the place of the `review` block and of the `STATUS:` line. Write no further message after it.\n";

const REPORT_NOTE =
  "\n\nYou have a tool `StructuredOutput`. Call it once, as the very last thing, with the same report: its `status` takes the place of the `STATUS:` line, `remaining`, `questions` and `findings` take the place of the lines and the block described above. Write no further message after it.\n";
