import { type Arg, isOpaque, literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell, subshell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { below } from "../path/resolve-path.ts";
import { executeText } from "./execute.ts";
import { absolute, isScratch } from "./place.ts";
import type { GitCall } from "./git-call.ts";
import { judgeOutputFiles } from "./git-file.ts";
import { judgeSetting } from "./git-config.ts";
import { READING, WRITING } from "./git-subcommand.ts";
import { GIT_RULES } from "./git-verb.ts";
import { otherVcs } from "./other-vcs.ts";
import { judgeExecutingOptions } from "./git-executing-option.ts";

/** Everything that is git, or does git's work by another name. */
export const gitHandlers: readonly (readonly [string, Handler])[] = [
  ["git", git],
  ...[
    "reset",
    "push",
    "commit",
    "checkout",
    "clean",
    "stash",
    "merge",
    "rebase",
    "rm",
    "update-ref",
    "upload-pack",
    "receive-pack",
    "shell",
    "add",
    "status",
    "diff",
    "log",
    "pull",
    "fetch",
  ].map(
    (verb) =>
      [
        `git-${verb}`,
        (call: Call, shell: Shell) =>
          subcommand(verb, call.args, { call, shell, aliases: new Map(), foreign: false }),
      ] as const,
  ),
  [
    "git-lfs",
    (call, shell) => subcommand("lfs", call.args, { call, shell, aliases: new Map(), foreign: false }),
  ],
  ...["git-cz", "cz", "commitizen", "git-filter-repo", "standard-version", "bfg", "gitmoji"].map(
    (name) =>
      [
        name,
        (_call: Call, shell: Shell) => {
          deny(shell, "git-commit", "history would be written");
          return UNSEEN;
        },
      ] as const,
  ),
  ...[
    "jj",
    "sl",
    "hg",
    "svn",
    "fossil",
    "gt",
    "glab",
    "tig",
    "lazygit",
    "gitui",
    "dolt",
    "bzr",
    "p4",
    "dvc",
    "etckeeper",
  ].map((name) => [name, otherVcs] as const),
  ["hub", (call, shell) => git({ ...call, program: "git" }, shell)],
  ["gitk", () => UNSEEN],
];

const GLOBAL_VALUES = new Set([
  "-C",
  "-c",
  "--git-dir",
  "--work-tree",
  "--namespace",
  "--exec-path",
  "--config-env",
  "--super-prefix",
  "--attr-source",
  "--list-cmds",
]);

function git(call: Call, shell: Shell): Stream {
  const aliases = new Map<string, string>();
  let at = 0;
  let inner = shell;
  let redirected = false;
  for (; at < call.args.length; at += 1) {
    const text = call.args[at]?.text ?? "";
    if (!text.startsWith("-")) break;
    const equals = text.indexOf("=");
    const name = equals > 0 && text.startsWith("--") ? text.slice(0, equals) : text;
    if (!GLOBAL_VALUES.has(name)) continue;
    const inline = equals > 0 && text.startsWith("--");
    if (name === "--exec-path" && !inline) continue;
    const value = inline ? text.slice(equals + 1) : (call.args[(at += 1)]?.text ?? "");
    if (name === "-C") inner = inDirectory(value, inner);
    else if (name === "-c" || name === "--config-env")
      rememberAlias(judgeSetting(value, shell), aliases, shell, name);
    else redirected = true;
    if (name === "--exec-path" && !value.startsWith("/usr/lib"))
      deny(shell, "env-exec", "git would find its programs elsewhere");
  }
  const verb = call.args[at];
  if (verb === undefined) return UNSEEN;
  if (isOpaque(verb.text)) return hidden(inner);
  const directory = inner.state.directory;
  const foreign = !redirected && directory !== undefined && isScratch(directory, inner);
  return subcommand(verb.text, call.args.slice(at + 1), { call, shell: inner, aliases, foreign });
}

function hidden(shell: Shell): Stream {
  ask(shell, "opaque", "what git does is not visible");
  return UNSEEN;
}

function inDirectory(value: string, shell: Shell): Shell {
  const inner = subshell(shell);
  inner.state.directory = absolute(value, shell);
  return inner;
}

function rememberAlias(
  alias: readonly [string, string] | undefined,
  aliases: Map<string, string>,
  shell: Shell,
  option: string,
): void {
  if (alias === undefined) return;
  if (option === "--config-env") deny(shell, "env-exec", "an alias comes from the environment");
  else aliases.set(alias[0], alias[1]);
}

function subcommand(verb: string, args: readonly Arg[], git: GitCall): Stream {
  const { shell, aliases } = git;
  const alias = aliases.get(verb);
  if (alias !== undefined) return runAlias(alias, args, git);
  const words = optionWords(args);
  if (words.includes("--help") || (args[0]?.text === "-h" && args.length === 1)) return SILENT;
  judgeExecutingOptions(verb, args, shell);
  if (/^(?:add|stage|reset|restore|rm|mv|apply)$/.test(verb) && isElsewhere(git))
    deny(shell, "git-discard", "git would change another checkout");
  const rule = GIT_RULES.get(verb);
  if (rule !== undefined) return rule(args, git) ?? UNSEEN;
  if (verb === "fsck" && words.includes("--lost-found"))
    deny(shell, "git-commit", "git fsck would write files");
  if (READING.has(verb)) {
    judgeOutputFiles(args, shell);
    return verb === "rev-parse" && !git.foreign ? askedPlace(args, shell) : UNSEEN;
  }
  const writing = WRITING.get(verb);
  if (writing !== undefined && /^(?:push|commit|send-email)$/.test(verb) && words.includes("--dry-run"))
    return UNSEEN;
  if (writing !== undefined) {
    if (!(git.foreign && writing !== "git-push"))
      deny(shell, discards(verb, args) ? "git-discard" : writing, `git ${verb} is not part of a task`);
    return UNSEEN;
  }
  if (args.length > 0) ask(shell, "unknown-program", `git ${readable(verb)} is not known`);
  return UNSEEN;
}

function isElsewhere({ shell, foreign }: GitCall): boolean {
  const { directory } = shell.state;
  return !foreign && directory !== undefined && below(shell.policy.root, directory) === undefined;
}

/** The places that `git rev-parse` prints are known: the workspace and its plumbing. */
function askedPlace(args: readonly Arg[], shell: Shell): Stream {
  const [option, name] = args.map((arg) => arg.text).filter((text) => !text.startsWith("--path-format"));
  const { root } = shell.policy;
  if (option === "--show-toplevel") return { text: `${root}\n` };
  if (/^--(?:git-dir|absolute-git-dir|git-common-dir)$/.test(option ?? "")) return { text: `${root}/.git\n` };
  return option === "--git-path" ? { text: `${root}/.git/${name ?? ""}\n` } : UNSEEN;
}

function discards(verb: string, args: readonly Arg[]): boolean {
  return (
    /^(?:merge|rebase|cherry-pick|revert|am)$/.test(verb) &&
    args.some((arg) => /^--(?:abort|quit|skip)$/.test(arg.text))
  );
}

function optionWords(args: readonly Arg[]): readonly string[] {
  const end = args.findIndex((arg) => arg.text === "--");
  return (end < 0 ? args : args.slice(0, end)).map((arg) => arg.text);
}

function runAlias(alias: string, args: readonly Arg[], git: GitCall): Stream {
  if (alias.startsWith("!"))
    return executeText(`${alias.slice(1)} ${args.map((arg) => arg.text).join(" ")}`, git.shell, "shell");
  const [verb = "", ...words] = alias.split(/\s+/);
  return subcommand(verb, [...words.map(literal), ...args], { ...git, aliases: new Map() });
}
