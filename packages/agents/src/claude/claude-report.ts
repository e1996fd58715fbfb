/** Added to the prompt, so that the report is not written twice and paid for twice. */
export const REPORT_NOTE =
  "\n\nYou have a tool `StructuredOutput`. Call it once, as the very last thing, with the same report: its `status` takes the place of the `STATUS:` line, `remaining`, `questions` and `findings` take the place of the lines and the block described above. Write no further message after it.\n";
