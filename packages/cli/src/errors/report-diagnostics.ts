import { counted, type Diagnostic } from "@breakwater/core";
import type { CommandContext, TextSink } from "../command-context.ts";
import { renderFailure } from "./render-failure.ts";

/** What a list of diagnostics amounts to. */
export type DiagnosticCount = { readonly errors: number; readonly warnings: number };

export function countDiagnostics(diagnostics: readonly Diagnostic[]): DiagnosticCount {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: diagnostics.length - errors };
}

/** Draws each diagnostic with the line it is about, with an empty line between two. */
export function writeDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  to: { readonly sink: TextSink; readonly colour: boolean; readonly width: CommandContext["width"] },
): void {
  const texts = diagnostics.map((diagnostic) => {
    const source = sources.get(diagnostic.where.file);
    const options = { colour: to.colour, width: to.width };
    return renderFailure(
      diagnostic,
      source === undefined || diagnostic.where.length === 0 ? options : { ...options, source },
    );
  });
  to.sink.write(texts.join("\n"));
}

/** A diagnostic as data: flat places, and the edit that a program may apply. */
export function diagnosticJson(diagnostic: Diagnostic): Readonly<Record<string, unknown>> {
  const { code, severity, message, where, label, why, fix, related, edit } = diagnostic;
  return {
    code,
    severity,
    message,
    file: where.file,
    line: where.line,
    column: where.column,
    length: where.length,
    label,
    why,
    fix,
    related,
    edit,
  };
}

/** `2 errors, 1 warning`, or `nothing to say`. */
export function countText({ errors, warnings }: DiagnosticCount): string {
  const parts = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  return parts.length === 0 ? "nothing to say" : parts.join(", ");
}
