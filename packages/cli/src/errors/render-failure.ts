import { plainBlock, plainLine } from "@breakwater/core";
import type { Diagnostic, Failure, SourceSpan } from "@breakwater/core";
import { paint } from "../output/paint.ts";
import type { Style } from "../output/paint.ts";
import { reasonOnPage } from "./error-page.ts";
import { renderFrame } from "./source-frame.ts";
import type { Mark } from "./source-frame.ts";

/** How a failure is drawn. `source` is the whole file that its place points into. */
export type RenderOptions = {
  readonly colour: boolean;
  readonly width: number;
  readonly source?: string;
};

/** A failure, or a diagnostic with its severity, label and second places. */
export type Renderable = Failure & Partial<Pick<Diagnostic, "severity" | "label" | "related">>;

/**
 * A failure as text for people, in five parts: what, where with the source line, why, fix, and the code to
 * look up. What brings no reason of its own gets the one of its page. Every text in it may come from outside, so control characters are taken out. Ends with a newline.
 */
export function renderFailure(failure: Renderable, options: RenderOptions): string {
  const { colour } = options;
  const severity = failure.severity ?? "error";
  const tone: Style = severity === "error" ? "red" : "yellow";
  const head = `${paint(`${severity} ${failure.code}`, colour, "bold", tone)}  ${paint(plainLine(failure.message, 2000), colour, "bold")}`;
  return `${[
    head,
    ...place(failure, options, tone),
    ...note("why", failure.why ?? reasonOnPage(failure.code), colour),
    ...note("fix", failure.fix, colour),
    `  ${paint("more:", colour, "dim")} breakwater explain ${failure.code}`,
  ].join("\n")}\n`;
}

/** The same as data for programs; the texts are as they came. */
export function failureJson(failure: Renderable): Readonly<Record<string, unknown>> {
  const { code, message, why, fix, where, severity, label, related } = failure;
  return { code, severity: severity ?? "error", message, why, fix, where, label, related };
}

function place(failure: Renderable, options: RenderOptions, tone: Style): readonly string[] {
  const { where } = failure;
  if (where === undefined) return [];
  const arrow = `  ${paint("-->", options.colour, "blue")} ${plainLine(where.file)}:${where.line}:${where.column}`;
  if (options.source === undefined) return [arrow];
  const marks: readonly Mark[] = [
    { span: where, label: failure.label ?? "", sign: "^", tone },
    ...(failure.related ?? [])
      .filter(inFile(where))
      .map(({ span, label }) => ({ span, label, sign: "-", tone: "blue" as const })),
  ];
  return [arrow, ...renderFrame(marks, options.source, options)];
}

function inFile(where: SourceSpan): (related: { readonly span: SourceSpan }) => boolean {
  return (related) => related.span.file === where.file;
}

function note(name: string, text: string | undefined, colour: boolean): readonly string[] {
  if (text === undefined) return [];
  const [first = "", ...rest] = plainBlock(text, 4000).split("\n");
  return [`  ${paint(`${name}:`, colour, "cyan")} ${first}`, ...rest.map((line) => `       ${line}`)];
}
