import type { SourceSpan } from "../failure.ts";

/**
 * A plan as it stands in a file, before any word of it is understood: what the readers of Markdown, YAML
 * and JSON have in common. Keys are as written; `readPlan` judges them.
 */
export type WrittenPlan = {
  readonly file: string;
  readonly entries: readonly WrittenEntry[];
  /** The first heading of a Markdown plan; the title where the front matter has none. */
  readonly heading?: string;
  readonly intent: string;
  readonly waves: readonly WrittenWave[];
};

/** A wave as written. Number 0 holds tasks that stand in no wave; the compiler places them by role. */
export type WrittenWave = {
  readonly number: number;
  readonly name: string;
  readonly span: SourceSpan;
  readonly tasks: readonly WrittenTask[];
};

export type WrittenTask = {
  readonly id: string;
  readonly title: string;
  readonly heading: SourceSpan;
  readonly entries: readonly WrittenEntry[];
  readonly brief: string;
};

export type WrittenEntry = {
  readonly key: string;
  readonly keySpan: SourceSpan;
  readonly value: WrittenValue;
};

/**
 * A value as written. The span of a scalar is its content without quotes or backticks, so that an edit may
 * put another word there in every format; `written` is the text of a number, which says more (`1.10`).
 */
export type WrittenValue =
  | {
      readonly kind: "scalar";
      readonly value: string | number | boolean | null;
      readonly written?: string;
      readonly span: SourceSpan;
    }
  | { readonly kind: "list"; readonly items: readonly WrittenValue[]; readonly span: SourceSpan }
  | { readonly kind: "map"; readonly entries: readonly WrittenEntry[]; readonly span: SourceSpan };
