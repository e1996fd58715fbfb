import type { ParsedScript } from "unbash";
import { HOLE } from "./arg.ts";
import { type Shell, subshell } from "./shell.ts";
import type { Stream } from "./stream.ts";

/** A part of a word that holds a script, where that could be read. */
type Substitution = { readonly script: ParsedScript | undefined };

/** The text that a command substitution becomes. */
export function substitute(part: Substitution, shell: Shell): string {
  if (part.script === undefined) return HOLE;
  const printed = shell.follow(part.script, { ...subshell(shell), depth: shell.depth + 1 });
  shell.trace.tainted = printed.taint ?? shell.trace.tainted;
  return printed.text.replace(/\n+$/, "");
}

/** `<(…)` is a file that holds what the command prints. */
export function processFile(part: Substitution, shell: Shell): string {
  const path = `/dev/fd/${63 + shell.state.files.size}`;
  const printed: Stream =
    part.script === undefined
      ? { text: HOLE }
      : shell.follow(part.script, { ...subshell(shell), depth: shell.depth + 1 });
  shell.state.files.set(path, printed);
  return path;
}
