import type { Region } from "../policy/edit-region.ts";
import type { WorkFolder } from "../policy/work-folder.ts";

/** What is to be looked for in what an attempt left: folders of a scope, and regions of files. */
export type SurveyOrder = { readonly globs: readonly string[]; readonly files: readonly string[] };

/** What was found there; the next attempt is narrowed by it. */
export type Survey = { readonly folders: readonly WorkFolder[]; readonly regions: readonly Region[] };
