/** A piece of one file or folder name. `text` stands for itself, `any` for one character, `run` for any number. */
export type GlobPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "run" }
  | { readonly kind: "choice"; readonly options: readonly (readonly GlobPart[])[] };

/** One step between slashes: `deep` is any number of folders, also none; `name` is exactly one name. */
export type GlobSegment =
  | { readonly kind: "deep" }
  | { readonly kind: "name"; readonly parts: readonly GlobPart[] };

/** A segment that any file name matches. */
export const ANY_NAME: GlobSegment = { kind: "name", parts: [{ kind: "run" }] };

/** Why an entry is not of the language: `shown` is the entry in quotes, `text` completes "the entry …". */
export type EntryFault = { readonly shown: string; readonly text: string; readonly fix: string };
