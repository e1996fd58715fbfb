/** Stands for a piece of text that is not visible in the command; no real argument can contain NUL. */
export const HOLE = "\u0000";
/** A hole whose variable is named like a credential. */
export const SECRET_HOLE = "\u0001";

/** A part of a file name that a program supplies, as `find` and `xargs` do; it holds no `..`. */
export const SUPPLIED = "\u0002";

/** One argument after expansion; `glob` tells that the shell would match it against file names. */
export type Arg = { readonly text: string; readonly glob: boolean };

/** An argument that is exactly this text. */
export const literal = (text: string): Arg => ({ text, glob: false });

/** Whether part of a text is not visible in the command. */
export function isOpaque(text: string): boolean {
  return text.includes(HOLE) || text.includes(SECRET_HOLE) || text.includes(SUPPLIED);
}

/** A text as a person may read it, with holes shown as an ellipsis. */
export function readable(text: string): string {
  return text.replaceAll(HOLE, "…").replaceAll(SECRET_HOLE, "…").replaceAll(SUPPLIED, "…");
}
