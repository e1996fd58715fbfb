import {
  coversAll,
  globBelow,
  matchesName,
  parseGlob,
  protectedName,
  PROTECTED_NAMES,
  staticPrefix,
} from "@breakwater/core";
import { judgeWrite, type WriteKind } from "../path/judge-write.ts";
import { below } from "../path/resolve-path.ts";
import type { RuleId } from "../rule/registry.ts";
import { type Arg, HOLE, readable, SECRET_HOLE, SUPPLIED } from "../shell/arg.ts";
import { ask, contextOf, deny, type Shell } from "../shell/shell.ts";
import { isRegenerable, isScratch, absolute, resolved } from "./place.ts";

const SINKS = /^\/dev\/(?:null|stdout|stderr|stdin|tty|fd\/\d+|zero|full)$/;

const DEVICES = /^\/(?:dev|sys|proc|boot)\//;

/**
 * Judges a write to a path and records what is wrong. Returns the absolute path where it is visible.
 *
 * `built` allows folders that a build makes again.
 */
export function judgeTarget(arg: Arg, shell: Shell, kind: WriteKind, built = false): string | undefined {
  const { text } = arg;
  if (text === "" || SINKS.test(text)) {
    const opened = text.startsWith("/dev/fd/") ? undefined : text;
    return opened === "" ? undefined : opened;
  }
  const path = visiblePath(text, shell);
  if (path === undefined) return undefined;
  if (text.startsWith("/dev/") || (DEVICES.test(path) && !path.startsWith(`${shell.policy.root}/`)))
    return deny(shell, "system-destroy", "a device or the system would be written", text);
  if (built && isRegenerable(path, shell)) return path;
  if (arg.glob || text.includes(SUPPLIED)) return judgePattern(arg, path, shell);
  if (
    kind === "folder" &&
    protectedName(path.slice(shell.policy.root.length)) === undefined &&
    folderIsFree(path, shell)
  )
    return path;
  record(judgeWrite(text, contextOf(shell), { directory: shell.state.directory ?? "/", kind }), shell);
  return path;
}

/** Judges a write to a file or to everything below a folder. */
export function judgeTree(arg: Arg, shell: Shell): void {
  const path = visiblePath(arg.text, shell);
  if (path === undefined) return;
  if (path === shell.policy.tmp) return;
  if (arg.glob) judgePattern(arg, path, shell);
  else if (!isScratch(path, shell) && !isRegenerable(path, shell) && !coversTree(path, shell)) {
    const isFolder = shell.view.kind(path) === "directory";
    if (isFolder)
      deny(shell, ruleOutside(path, shell), "a folder outside the scope would be changed", arg.text);
    else judgeTarget(arg, shell, "file");
  }
}

/** The absolute path of what is written; where it is hidden that is judged, and there is none. */
export function visiblePath(text: string, shell: Shell): string | undefined {
  if (text.includes(HOLE) || text.includes(SECRET_HOLE)) {
    const protection = protectedName(text.replaceAll(/[\u0000\u0001]/g, "x").replace(/^\/+/, ""));
    if (protection?.unlock === "never")
      return deny(shell, "hook-tamper", `${protection.name} is ${protection.what}`, readable(text));
    if (startsOutside(text, shell))
      return deny(shell, "scope-write", "the path begins outside the scope", readable(text));
    return ask(shell, "opaque", `the path ${readable(text)} is not visible`, readable(text));
  }
  const path = absolute(text, shell);
  return path ?? ask(shell, "opaque", "the working directory is not visible", readable(text));
}

/** Whether the visible folders at the start of a path share nothing with the scope, scratch or build folders. */
function startsOutside(text: string, shell: Shell): boolean {
  const prefix = text.slice(0, text.search(/[\u0000\u0001]/));
  const folder = prefix.includes("/")
    ? absolute(prefix.slice(0, prefix.lastIndexOf("/") + 1), shell)
    : undefined;
  const { grant, root, tmp } = shell.policy;
  const name = folder === undefined ? undefined : below(root, folder);
  if (
    folder === undefined ||
    name === "" ||
    folder === "/" ||
    isScratch(folder, shell) ||
    folder === tmp ||
    isRegenerable(folder, shell)
  )
    return false;
  if (name === undefined) return true;
  return grant.kind !== "write" || !grant.scope.globs.some((glob) => nested(staticPrefix(glob), name));
}

function nested(first: string, second: string): boolean {
  return below(first, second) !== undefined || below(second, first) !== undefined || first === "";
}

function record(finding: ReturnType<typeof judgeWrite>, shell: Shell): void {
  if (finding !== undefined) deny(shell, commandRule(finding.rule), finding.step, finding.path);
}

function commandRule(rule: RuleId): RuleId {
  if (rule === "guard-files" || rule === "git-internals") return "hook-tamper";
  return rule === "invalid-scope" || rule === "hardlink" || rule === "symlink" ? rule : "scope-write";
}

function ruleOutside(path: string, shell: Shell): RuleId {
  const probe = judgeWrite(path, contextOf(shell), { directory: "/", kind: "folder" });
  return commandRule(probe?.rule ?? "scope-write");
}

/** Whether making or keeping this folder changes nothing, or everything below it is in scope. */
function folderIsFree(path: string, shell: Shell): boolean {
  return shell.view.kind(path) === "directory" || coversTree(path, shell) || isRegenerable(path, shell);
}

function coversTree(path: string, shell: Shell): boolean {
  const { grant, root } = shell.policy;
  const name = below(root, resolved(path, shell));
  return grant.kind === "write" && name !== undefined && coversAll(grant.scope.globs, globBelow(name));
}

/** A shell pattern is allowed where the scope covers all it can match and no protected name is among it. */
function judgePattern(arg: Arg, path: string, shell: Shell): string | undefined {
  if (isScratch(path, shell) || isRegenerable(path, shell)) return path;
  const { grant, root } = shell.policy;
  const name = below(root, path);
  const glob =
    name === undefined
      ? undefined
      : parseGlob(
          name
            .replaceAll(/\[[^\]/]+\]/g, "?")
            .replaceAll(/\*{2,}/g, "*")
            .replaceAll(/(?<=^|\/)\u0002(?=\/|$)/g, "**")
            .replaceAll(SUPPLIED, "*"),
        );
  const covered = grant.kind === "write" && glob?.ok === true && coversAll(grant.scope.globs, glob.value);
  if (!covered)
    return deny(
      shell,
      ruleOutside(path, shell),
      "a pattern may match files outside the scope",
      readable(arg.text),
    );
  if (mayBeProtected(name ?? ""))
    deny(shell, "hook-tamper", "a pattern may match a protected file", readable(arg.text));
  return path;
}

function mayBeProtected(name: string): boolean {
  return name.split("/").some((segment) => {
    if (!/[*?[]/.test(segment) || /^\*+(?:\.?\w*|\.\{[\w,.]+\})$/.test(segment)) return false;
    const glob = parseGlob(segment);
    return !glob.ok || PROTECTED_NAMES.some((row) => row.names.some((each) => matchesName(glob.value, each)));
  });
}
