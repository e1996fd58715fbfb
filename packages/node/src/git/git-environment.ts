import { isAbsolute, delimiter } from "node:path";
import type { ConfigEntry, GitContext } from "./git-context.ts";

/** Variables of our own process that git may see. Everything else stays out, all `GIT_*` above all. */
const INHERITED = ["HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "SystemRoot"] as const;

/** Config that every call of ours overrides: no foreign program, no signing, no upkeep, no prompts. */
const NEUTRAL_CONFIG: readonly ConfigEntry[] = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.pager", "cat"],
  ["core.editor", "true"],
  ["core.askPass", ""],
  ["core.quotePath", "false"],
  ["core.splitIndex", "false"],
  ["credential.helper", ""],
  ["commit.gpgSign", "false"],
  ["tag.gpgSign", "false"],
  ["log.showSignature", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
  ["diff.ignoreSubmodules", "none"],
  ["status.renames", "false"],
  ["advice.detachedHead", "false"],
];

/** Variables with a fixed value. No protocol is allowed: our git never talks to another machine. */
const FIXED = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  GIT_EDITOR: "true",
  GIT_SEQUENCE_EDITOR: "true",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_MERGE_AUTOEDIT: "no",
} as const;

/**
 * The whole environment of a git child that works on `context`. `extra` may set author, committer and the
 * like and may lift a fixed value; it cannot move the repository, the work tree or the index.
 */
export function gitEnvironment(
  context: GitContext,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...ownEnvironment(),
    ...FIXED,
    ...extra,
    ...configEnvironment([...NEUTRAL_CONFIG, ...(context.overrides ?? [])]),
    GIT_DIR: context.gitDir,
    GIT_COMMON_DIR: context.commonDir,
    ...(context.workTree === undefined ? {} : { GIT_WORK_TREE: context.workTree }),
    ...(context.indexFile === undefined ? {} : { GIT_INDEX_FILE: context.indexFile }),
  };
}

/** The environment for the one call that must discover: which repository holds a folder of the user. */
export function discoveryEnvironment(): Record<string, string> {
  return { ...ownEnvironment(), ...FIXED, ...configEnvironment(NEUTRAL_CONFIG) };
}

function ownEnvironment(): Record<string, string> {
  const entries = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), PATH: absolutePath(process.env["PATH"] ?? "") };
}

/** A relative entry would look for `git` in the folder of the call, which agents may write to. */
function absolutePath(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}

function configEnvironment(entries: readonly ConfigEntry[]): Record<string, string> {
  const pairs = entries.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key] as const,
    [`GIT_CONFIG_VALUE_${at}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(pairs) };
}
