import { type Arg, isOpaque, literal, readable } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { RuleId } from "../rule/registry.ts";
import { judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { opaque, refuse } from "./refuse.ts";
import { purposeOf } from "./script-name.ts";
import { runPackage } from "./run-package.ts";

const NODE_READS =
  /^(?:test|t|tst|start|ls|list|la|ll|view|info|show|v|search|outdated|why|explain|help|root|prefix|bin|ping|query|doctor|licenses|audit|fund|-v|--version|--help|pack-dry|sbom|docs|repo|bugs|diff|find-dupes|env|workspaces|node|versions|constraints|stage|explain-peer-requirements|help-search|completion|get|whoami)$/;

const NODE_DENIES: ReadonlyMap<string, RuleId> = new Map<string, RuleId>([
  ...table(
    "publish",
    "publish unpublish deprecate dist-tag dist-tags owner access token team org hook profile adduser add-user login logout star unstar stars undeprecate trust",
  ),
  ...table(
    "scope-write",
    "install i in ins inst insta instal isnt isnta isntal isntall add uninstall un unlink remove rm r update up upgrade udpate ci clean-install ic install-clean isntall-clean install-test it install-ci-test cit dedupe ddp prune link ln rebuild rb shrinkwrap version pkg import set-script init create innit patch patch-commit patch-remove unplug dedup upgrade-interactive plugin approve-builds ignored-builds self-update setup server fetch deploy approve-scripts",
  ),
]);

function table(rule: RuleId, names: string): readonly (readonly [string, RuleId])[] {
  return names.split(/\s+/).map((name) => [name, rule]);
}

const NODE_VALUES = new Set([
  "--prefix",
  "-C",
  "--dir",
  "--cwd",
  "-w",
  "--workspace",
  "--filter",
  "-F",
  "--registry",
  "--userconfig",
  "--globalconfig",
  "--cache",
  "--loglevel",
  "--script-shell",
  "--node-options",
  "--tag",
  "--otp",
]);

/** Judges a package manager of Node by its verb. */
export function nodeManager(call: Call, shell: Shell): Stream {
  const { verb, rest, redirected } = splitVerb(call.args);
  if (
    redirected.some((arg) => /^--(?:script-shell|node-options|userconfig|globalconfig)(?:=|$)/.test(arg.text))
  )
    deny(shell, "env-exec", "a setting of the package manager runs code");
  if (isOpaque(verb)) return opaque(shell, "what the package manager does is not visible");
  const before = endOfOptions(rest);
  if (
    before.some((arg) => /^(?:--dry-run|--help|-h)$/.test(arg.text)) &&
    !/^(?:run|run-script|exec|x|dlx|test|start)$/.test(verb)
  )
    return UNSEEN;
  switch (verb) {
    case "":
      if (call.program === "yarn") deny(shell, "scope-write", "packages would be installed");
      return UNSEEN;
    case "run":
    case "run-script":
    case "rum":
    case "urn":
      return runScript(rest, call, shell);
    case "exec":
    case "x":
    case "dlx":
      return runPackage(rest, call, shell);
    case "config":
    case "c":
    case "set":
      return verb !== "set" && /^(?:get|list|ls|)$/.test(rest[0]?.text ?? "") ? UNSEEN : tampers(shell);
    case "cache":
      return /^(?:ls|verify|dir|list)$/.test(rest[0]?.text ?? "")
        ? UNSEEN
        : opaque(shell, "the cache would change");
    case "store":
      return /^(?:path|status|)$/.test(rest[0]?.text ?? "")
        ? UNSEEN
        : opaque(shell, "the store would change");
    case "pack":
      return packHere(rest, shell);
    case "audit":
      return rest.some((arg) => arg.text === "fix" || arg.text === "--fix")
        ? refuse(shell, "scope-write", "packages would be changed")
        : UNSEEN;
    case "pkg":
      return rest[0]?.text === "get" ? UNSEEN : refuse(shell, "scope-write", "package.json would be changed");
    case "stop":
    case "restart":
      return runScript([literal(verb)], call, shell);
    default:
      return otherVerb(verb, rest, call, shell);
  }
}

function otherVerb(verb: string, rest: readonly Arg[], call: Call, shell: Shell): Stream {
  judgeInstalled(rest, shell);
  const rule = NODE_DENIES.get(verb);
  if (
    rule !== undefined &&
    !(verb === "version" && rest.length === 0) &&
    !(/^dist-tags?$/.test(verb) && rest[0]?.text === "ls")
  ) {
    if (call.program === "yarn" && verb === "deploy") return runScript([literal(verb)], call, shell);
    return refuse(shell, rule, `${call.program} ${verb} changes packages or the registry`);
  }
  if (call.program === "yarn" && verb === "npm")
    return nodeManager({ ...call, program: "npm", args: rest }, shell);
  if (call.program === "yarn" && /^(?:workspace|workspaces)$/.test(verb))
    return nodeManager(
      { ...call, args: rest.slice(verb === "workspace" ? 1 : rest[0]?.text === "foreach" ? 1 : 0) },
      shell,
    );
  if (NODE_READS.test(verb)) return UNSEEN;
  if (call.program === "npm" || call.program === "cnpm")
    return opaque(shell, `npm ${readable(verb)} is not known`);
  return shell.exec([literal(verb), ...rest], shell);
}

function judgeInstalled(rest: readonly Arg[], shell: Shell): void {
  if (rest.some((arg) => /^(?:https?|git(?:\+\w+)?|github|ssh|file):|\.git(?:#|$)/.test(arg.text)))
    deny(shell, "remote-exec", "a package from an address runs code");
}

function splitVerb(args: readonly Arg[]): { verb: string; rest: readonly Arg[]; redirected: readonly Arg[] } {
  let at = 0;
  for (; at < args.length && args[at]?.text.startsWith("-") === true; at += 1) {
    const text = args[at]?.text ?? "";
    if (/^(?:-v|--version|--help|-h)$/.test(text))
      return { verb: text === "-h" ? "help" : text, rest: [], redirected: [] };
    if (NODE_VALUES.has(text)) at += 1;
  }
  return { verb: args[at]?.text ?? "", rest: args.slice(at + 1), redirected: endOfOptions(args) };
}

function endOfOptions(args: readonly Arg[]): readonly Arg[] {
  const end = args.findIndex((arg) => arg.text === "--");
  return end < 0 ? args : args.slice(0, end);
}

function tampers(shell: Shell): Stream {
  return refuse(shell, "hook-tamper", "settings of the package manager would change");
}

function packHere(rest: readonly Arg[], shell: Shell): Stream {
  const folder = readOptions(rest, { long: ["--pack-destination"] }).values("--pack-destination")[0];
  judgeTree(folder ?? literal("."), shell);
  return UNSEEN;
}

/** A script's name says what it is for; its text stands in a file that is not read. */
export function runScript(rest: readonly Arg[], call: Call, shell: Shell): Stream {
  const name = rest.find(
    (arg, at) => !arg.text.startsWith("-") && !NODE_VALUES.has(rest[at - 1]?.text ?? ""),
  )?.text;
  if (name === undefined) return UNSEEN;
  if (isOpaque(name)) return opaque(shell, "which script would run is not visible");
  const purpose = purposeOf(name);
  if (purpose === "destroys")
    return refuse(shell, "db-cloud-destroy", `the script ${name} destroys data by its name`);
  if (purpose === "acts")
    return opaque(shell, `what the script ${name} of ${call.program} does is not visible`);
  return UNSEEN;
}
