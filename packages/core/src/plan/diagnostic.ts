import type { Failure, SourceSpan } from "../failure.ts";

/** An error refuses the plan; a warning is shown and may be ignored. */
export type Severity = "error" | "warning";

/**
 * One thing that a plan's author should know, at its place in the file.
 *
 * `code` has a page in `docs/errors`; `message` is one sentence with the facts. `label` stands beside the
 * carets under `where`. `edit` is present only where a program may apply it without asking.
 */
export type Diagnostic = {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly where: SourceSpan;
  readonly label?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly related?: readonly RelatedSpan[];
  readonly edit?: TextEdit;
};

/** A second place that a diagnostic talks about. */
export type RelatedSpan = { readonly span: SourceSpan; readonly label: string };

/** Replaces the text of a span; a span of length 0 inserts. */
export type TextEdit = { readonly span: SourceSpan; readonly newText: string };

/** Whether any of the diagnostics refuses the plan. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** The order in which people read a file: by line, column, then code. Returns a new array. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (left, right) =>
      left.where.line - right.where.line ||
      left.where.column - right.where.column ||
      (left.code < right.code ? -1 : Number(left.code > right.code)),
  );
}

/** A failure in the shape that `renderDiagnostic` draws; one without a place gets none drawn. */
export function diagnosticOfFailure(failure: Failure & { readonly where: SourceSpan }): Diagnostic {
  return { ...failure, severity: "error" };
}
