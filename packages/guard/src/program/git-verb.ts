import type { Arg } from "../shell/arg.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { type GitCall, refuseCommit } from "./git-call.ts";
import {
  judgeApply,
  judgeGitMove,
  judgeGitRemove,
  judgeOutput,
  judgeOutputs,
  judgeFormatPatch,
} from "./git-file.ts";
import { opaque } from "./refuse.ts";
import { readOptions } from "./option.ts";
import {
  judgeAdd,
  judgeReset,
  judgeRestore,
  judgeSwitch,
  discardUnless,
  discardUnlessVerb,
} from "./git-working-tree.ts";
import { judgeBranchOrTag, judgeRemote } from "./git-ref.ts";
import { judgeConfig } from "./git-config.ts";
import { judgeSubmodule, judgeClone, judgeInit, judgeLfs } from "./git-repository.ts";

type GitRule = (args: readonly Arg[], git: GitCall) => Stream | undefined;

/** Subcommands that read or write depending on their arguments. */
export const GIT_RULES: ReadonlyMap<string, GitRule> = new Map<string, GitRule>([
  ["add", judgeAdd],
  ["stage", judgeAdd],
  ["reset", judgeReset],
  ["restore", judgeRestore],
  ["checkout", judgeSwitch],
  ["switch", judgeSwitch],
  ["clean", (args, git) => discardUnless(args, git, "-n", "--dry-run")],
  ["stash", (args, git) => discardUnlessVerb(args, git, /^(?:list|show)$/)],
  ["branch", judgeBranchOrTag],
  ["tag", judgeBranchOrTag],
  ["remote", judgeRemote],
  ["config", judgeConfig],
  [
    "fetch",
    (args, git) =>
      readOptions(args).has("--dry-run") || git.foreign ? UNSEEN : refuseCommit(git, "git fetch writes refs"),
  ],
  ["worktree", (args, git) => discardUnlessVerb(args, git, /^list$/, /^add$/)],
  ["submodule", judgeSubmodule],
  [
    "notes",
    (args, git) =>
      /^(?:list|show|)$/.test(args[0]?.text ?? "") ? UNSEEN : refuseCommit(git, "git notes writes refs"),
  ],
  [
    "reflog",
    (args, git) =>
      /^(?:expire|delete|drop|write)$/.test(args[0]?.text ?? "")
        ? refuseCommit(git, "git reflog forgets work")
        : UNSEEN,
  ],
  [
    "bundle",
    (args, git) =>
      args[0]?.text === "create"
        ? judgeOutput(args[1], git.shell)
        : args[0]?.text === "unbundle"
          ? refuseCommit(git, "git bundle writes objects")
          : UNSEEN,
  ],
  ["apply", judgeApply],
  ["rm", judgeGitRemove],
  ["mv", judgeGitMove],
  ["archive", (args, git) => judgeOutputs(args, git.shell, ["-o", "--output"])],
  ["format-patch", (args, git) => judgeFormatPatch(args, git.shell)],
  ["fast-export", (args, git) => judgeOutputs(args, git.shell, ["--export-marks"])],
  ["bugreport", (args, git) => judgeOutputs(args, git.shell, ["-o", "--output-directory"])],
  ["diagnose", (args, git) => judgeOutputs(args, git.shell, ["-o", "--output-directory"])],
  ["clone", judgeClone],
  ["init", judgeInit],
  ["lfs", judgeLfs],
  ["difftool", (_args, git) => opaque(git.shell, "git difftool starts another program")],
  ["mergetool", (_args, git) => opaque(git.shell, "git mergetool starts another program")],
  ["mailsplit", (args, git) => judgeOutputs(args, git.shell, ["-o"])],
  ["hook", (_args, git) => opaque(git.shell, "git hook runs a program that is not visible")],
  [
    "for-each-repo",
    (args, git) => {
      executeText(
        `git ${readOptions(args, { long: ["--config"] })
          .operands.map((arg) => arg.text)
          .join(" ")}`,
        git.shell,
        "shell",
      );
      return UNSEEN;
    },
  ],
]);
