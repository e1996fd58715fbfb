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
import { below, normalPath, pathIn, resolvePath } from "../path/resolve-path.ts";
import type { RuleId } from "../rule/registry.ts";
import { type Arg, HOLE, isOpaque, literal, readable, SECRET_HOLE, SUPPLIED } from "../shell/arg.ts";
import { ask, contextOf, deny, type Shell } from "../shell/shell.ts";
import { secretPath } from "../tool/secret-path.ts";

const SINKS = /^\/dev\/(?:null|stdout|stderr|stdin|tty|fd\/\d+|zero|full)$/;
const DEVICES = /^\/(?:dev|sys|proc|boot)\//;

/** Folders that a build makes again; they may be deleted and be built into. */
const REGENERABLE: ReadonlySet<string> = new Set(
  `node_modules dist build coverage out target .next .nuxt .turbo .cache .parcel-cache .vite .svelte-kit .output
  .nyc_output __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .gradle .angular .astro .docusaurus .vercel/output
  storybook-static .tsbuild .eslintcache .stylelintcache .jest-cache .swc .expo test-results playwright-report htmlcov`.split(
    /\s+/,
  ),
);

/** Files that tools make again beside the sources. */
const MADE_AGAIN = /(?:^|\/)(?:\.DS_Store|Thumbs\.db|[^/]*\.(?:py[co]|tsbuildinfo|class))$/;

/** Judges reading a file by name; returns its absolute path where that is visible. */
export function judgeRead(text: string, shell: Shell): string | undefined {
  const path = absolute(text, shell);
  if (path === undefined) return judgeHiddenRead(text, shell);
  if (/^\/dev\/(?:fd\/|std)/.test(path)) return path;
  const secret = secretPath(path, shell.policy) ?? linkedSecret(path, shell) ?? suppliedSecret(path, shell);
  if (secret !== undefined) deny(shell, "secrets-read", secret, readable(text));
  return path;
}

/** Whatever is found somewhere below a home directory may be a credential. */
function suppliedSecret(path: string, shell: Shell): string | undefined {
  const at = path.indexOf(`/${SUPPLIED}`);
  return at >= 0 && holdsHome(path.slice(0, at) || "/", shell)
    ? `${readable(path)} may hold credentials of a person`
    : undefined;
}

function holdsHome(path: string, shell: Shell): boolean {
  const inside = below(shell.policy.home, path);
  if (inside !== undefined && /^\.(?:config|local|local\/share|cargo|gem|claude|codex|gemini)$/.test(inside))
    return true;
  return below(path, shell.policy.home) !== undefined || /^\/(?:(?:root|home)(?:\/[^/]+)?)?$/.test(path);
}

/** Where the head of a path is hidden, it may be the person's home. */
function judgeHiddenRead(text: string, shell: Shell): undefined {
  const tail = /^[\u0000\u0001]+(\/.*)$/.exec(text)?.[1];
  const secret =
    tail === undefined || isOpaque(tail) ? undefined : secretPath(shell.policy.home + tail, shell.policy);
  if (secret !== undefined) deny(shell, "secrets-read", secret, readable(text));
}

/** Judges reading everything below a folder: a home directory holds credentials. */
export function judgeReadTree(text: string, shell: Shell): void {
  const path = judgeRead(text, shell);
  if (path !== undefined && holdsHome(path, shell))
    deny(shell, "secrets-read", `${path} holds credentials of a person`, readable(text));
}

function linkedSecret(path: string, shell: Shell): string | undefined {
  if (isOpaque(path)) return undefined;
  const opened = resolvePath(path, shell.view);
  return opened.kind === "resolved" && opened.path !== path
    ? secretPath(opened.path, shell.policy)
    : undefined;
}

/** The absolute, normalised path that a text means here; `undefined` where it is hidden. */
export function absolute(text: string, shell: Shell): string | undefined {
  if (text.includes(HOLE) || text.includes(SECRET_HOLE)) {
    const hole = text.search(/[\u0000\u0001]/);
    return hole > 0 && text.startsWith("/") ? text.replaceAll(/[\u0000\u0001]/g, "*") : undefined;
  }
  const { directory } = shell.state;
  if (!text.startsWith("/") && directory === undefined) return undefined;
  return normalPath(pathIn(directory ?? "/", text));
}

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

function visiblePath(text: string, shell: Shell): string | undefined {
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

function resolved(path: string, shell: Shell): string {
  const opened = resolvePath(path, shell.view);
  return opened.kind === "resolved" ? opened.path : "/";
}

/** Whether a path lies strictly below the scratch directory, in both readings. */
export function isScratch(path: string, shell: Shell): boolean {
  const { tmp } = shell.policy;
  const inside = (each: string): boolean =>
    (below(tmp, each) ?? below(resolved(tmp, shell), each) ?? "") !== "";
  return inside(path) && inside(resolvedEntry(path, shell));
}

/** Whether a path is or lies below a folder of the workspace that a build makes again. */
export function isRegenerable(path: string, shell: Shell): boolean {
  const { root } = shell.policy;
  const inside = (each: string): boolean => {
    const name = below(root, each) ?? below(resolved(root, shell), each);
    return (
      name !== undefined &&
      (name.split("/").some((part) => REGENERABLE.has(part)) || MADE_AGAIN.test(name)) &&
      !name.startsWith(".git/")
    );
  };
  return inside(path) && inside(resolvedEntry(path, shell));
}

/** The path with its folder followed and its last name kept, as a deletion sees it. */
function resolvedEntry(path: string, shell: Shell): string {
  const cut = path.lastIndexOf("/");
  return normalPath(`${resolved(path.slice(0, cut) || "/", shell)}/${path.slice(cut + 1)}`);
}

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

/** Whether an existing folder, or a text that can only be one, is meant. */
export function isFolder(text: string, shell: Shell): boolean {
  if (text.endsWith("/") || text === "." || text === "..") return true;
  const path = absolute(text, shell);
  return path !== undefined && shell.view.kind(resolved(path, shell)) === "directory";
}
