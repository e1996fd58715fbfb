import type { Arg } from "../shell/arg.ts";
import { deny } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { type GitCall, refuseCommit } from "./git-call.ts";
import { readOptions } from "./option.ts";

const LISTING = [
  "--list",
  "-l",
  "-a",
  "--all",
  "-r",
  "--remotes",
  "-v",
  "-vv",
  "--verbose",
  "--contains",
  "--no-contains",
  "--merged",
  "--no-merged",
  "--show-current",
  "--points-at",
  "--sort",
  "--format",
  "-n",
  "--column",
  "--verify",
];

const REF_WRITES = [
  "-d",
  "-D",
  "-m",
  "-M",
  "-c",
  "-C",
  "-f",
  "--delete",
  "--move",
  "--copy",
  "--force",
  "--edit-description",
  "-u",
  "--set-upstream-to",
  "--unset-upstream",
  "--track",
  "-t",
  "-s",
  "--sign",
  "--annotate",
  "-F",
  "--create-reflog",
];

/** `git branch` and `git tag` list or write, by their options. */
export function judgeBranchOrTag(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    long: ["--contains", "--no-contains", "--merged", "--no-merged", "--points-at", "--sort", "--format"],
  });
  const listing =
    options.has("--list", "-l") ||
    (options.operands.length === 0 &&
      options.flags.every((flag) => LISTING.some((name) => name === flag || flag.startsWith(name))));
  const contains =
    options.has("--contains", "--no-contains", "--merged", "--no-merged", "--points-at") ||
    options.flags.includes("-n");
  const writes = options.flags.some((flag) => REF_WRITES.includes(flag) && !(flag === "-n"));
  if (!writes && (listing || contains || (options.operands.length === 0 && args.length === 0))) return UNSEEN;
  return refuseCommit(git, "git would write a branch or tag");
}

/** Remotes may be looked at; changing one changes where work is sent. */
export function judgeRemote(args: readonly Arg[], git: GitCall): Stream {
  const verb = args.find((arg) => !arg.text.startsWith("-"))?.text ?? "";
  if (/^(?:|show|get-url)$/.test(verb)) return UNSEEN;
  if (!git.foreign) deny(git.shell, "git-push", "git would change where it sends to");
  return UNSEEN;
}
