/** A text file as it was and as it shall be; an absent side means that the file is not there. */
export type TextChange = { readonly path: string; readonly before?: string; readonly after?: string };

/** What a change does to the checks that judge it. */
export type IntegrityRule =
  | "integrity:test-deleted"
  | "integrity:test-skipped"
  | "integrity:test-emptied"
  | "integrity:test-weakened"
  | "integrity:test-focused"
  | "integrity:threshold-lowered"
  | "integrity:gate-edited"
  | "integrity:failure-hidden"
  | "integrity:unread";

/** One reason to look at a change: where, by which rule, and a sentence for people. */
export type IntegrityFinding = {
  readonly path: string;
  readonly rule: IntegrityRule;
  readonly message: string;
};
