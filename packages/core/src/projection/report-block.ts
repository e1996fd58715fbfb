/** A piece of text with one meaning. Text in it is as recorded; the renderer makes it harmless. */
export type Inline =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string };

export type Line = readonly Inline[];

/** One block of a report, the same for every format. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2; readonly line: Line }
  | { readonly kind: "paragraph"; readonly line: Line }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | { readonly kind: "preformatted"; readonly text: string };

/** Marks text that an agent, a tool or the repository wrote, or that is a command, path or id. */
export const code = (text: string): Inline => ({ kind: "code", text });

/** Marks what must not be overlooked. */
export const strong = (text: string): Inline => ({ kind: "strong", text });
