import { type Arg, isOpaque, literal } from "../shell/arg.ts";
import type { Shell } from "../shell/shell.ts";
import { SILENT, type Stream } from "../shell/stream.ts";
import { absolute, isRegenerable, isScratch } from "./place.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import type { Options } from "./option.ts";

/** A link under its own name in the working directory. */
export function linkHere(source: Arg, shell: Shell, options: Options): Stream {
  const name = source.text.split("/").at(-1) ?? "x";
  judgeLink(source, literal(name), shell, options.has("-s", "--symbolic"));
  return SILENT;
}

/** A link must lie in scope and lead into it, so that no later write through it lands elsewhere. */
export function judgeLink(source: Arg, path: Arg, shell: Shell, symbolic: boolean): void {
  const place = judgeTarget(path, shell, "entry", true);
  if (isOpaque(source.text)) return judgeTarget(source, shell, "entry") === undefined ? undefined : undefined;
  if (place !== undefined && isScratch(place, shell)) return void judgeRead(source.text, shell);
  const from = place?.slice(0, place.lastIndexOf("/"));
  const leads =
    symbolic && !source.text.startsWith("/") && from !== undefined ? `${from}/${source.text}` : source.text;
  const led = absolute(leads, shell);
  if (led !== undefined && place !== undefined && isRegenerable(place, shell) && isRegenerable(led, shell))
    return;
  judgeTree(literal(led ?? leads), shell);
}
