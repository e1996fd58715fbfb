import { type Arg, literal, readable, SUPPLIED } from "../shell/arg.ts";
import { deny, type Shell } from "../shell/shell.ts";
import { visiblePath, judgeTarget } from "./write-access.ts";
import { isScratch, isRegenerable, absolute } from "./place.ts";

/** Judges a deletion. Recursive ones are for scratch and for what a build makes again. */
export function judgeDelete(arg: Arg, shell: Shell, recursive: boolean): void {
  const { text } = arg;
  if (text.includes(SUPPLIED) && /^[\u0002/]*$/.test(text) && recursive)
    return deny(shell, "rm-recursive", "whatever is supplied would be deleted recursively", "…");
  if (recursive && startsInKept(text, shell))
    return deny(shell, "rm-recursive", `${readable(text)} would be deleted recursively`, readable(text));
  const path = visiblePath(text, shell);
  if (path === undefined) return;
  if (isScratch(path, shell) || isRegenerable(path, shell)) return;
  if (recursive)
    return deny(shell, "rm-recursive", `${readable(text)} would be deleted recursively`, readable(text));
  judgeTarget(text.endsWith("/") ? literal(text) : arg, shell, "entry");
}

/** Whether a hidden name stands below a folder that is neither the workspace itself nor made again by a build. */
function startsInKept(text: string, shell: Shell): boolean {
  const at = text.search(/[\u0000\u0001]/);
  const prefix = at < 0 ? "" : text.slice(0, at);
  const folder = prefix.includes("/")
    ? absolute(prefix.slice(0, prefix.lastIndexOf("/") + 1), shell)
    : undefined;
  if (folder === undefined || folder === shell.policy.root || folder === shell.policy.tmp) return false;
  return !isScratch(folder, shell) && !isRegenerable(folder, shell);
}
