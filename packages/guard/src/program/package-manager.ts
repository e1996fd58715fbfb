import { type Arg, isOpaque, literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { RuleId } from "../rule/registry.ts";
import { executeText } from "./execute.ts";
import { judgeTree } from "./file-access.ts";
import { readOptions } from "./option.ts";
import { purposeOf } from "./script-name.ts";

/** Package managers: what they install, change, publish and run. */
export const PACKAGE_MANAGERS: readonly (readonly [string, Handler])[] = [
  ...["npm", "pnpm", "yarn", "cnpm", "tnpm", "bun-pm"].map((name) => [name, nodeManager] as const),
  ...["npx", "bunx", "pnpx", "dlx"].map(
    (name) => [name, (call: Call, shell: Shell) => runPackage(call.args, call, shell)] as const,
  ),
  ...[
    "pip",
    "pip3",
    "pipx",
    "uv",
    "poetry",
    "pdm",
    "conda",
    "mamba",
    "hatch",
    "rye",
    "pixi",
    "pipenv",
    "easy_install",
  ].map((name) => [name, pythonManager] as const),
  ...["ncu", "npm-check-updates", "syncpack", "taze"].map(
    (name) =>
      [
        name,
        (call: Call, shell: Shell) =>
          call.args.some((arg) => /^(?:-u|--upgrade|fix.*|-w|--write|format|update)$/.test(arg.text))
            ? refuse(shell, "scope-write", "package.json would be changed")
            : UNSEEN,
      ] as const,
  ),
  ["uvx", (call, shell) => runPackage(call.args, call, shell)],
  ...[
    "bundle",
    "bundler",
    "composer",
    "gem-install",
    "pod",
    "carthage",
    "cpan",
    "cpanm",
    "luarocks",
    "opam",
    "nuget",
    "vcpkg",
    "conan",
    "rustup",
    "nvm",
    "fnm",
    "n",
    "volta",
    "corepack",
    "pyenv",
    "rbenv",
    "sdk",
    "asdf-install",
    "tfenv",
    "ghcup",
    "elm",
    "bower",
    "jspm",
    "spago",
    "nimble",
    "shards",
    "mix-hex",
    "lake",
  ].map((name) => [name, otherManager] as const),
];

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

function nodeManager(call: Call, shell: Shell): Stream {
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

function opaque(shell: Shell, step: string): Stream {
  ask(shell, "opaque", step);
  return UNSEEN;
}

function refuse(shell: Shell, rule: RuleId, step: string): Stream {
  deny(shell, rule, step);
  return UNSEEN;
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
function runScript(rest: readonly Arg[], call: Call, shell: Shell): Stream {
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

/** Runs a package's program: the program is judged, and a package from an address is refused. */
function runPackage(args: readonly Arg[], call: Call, shell: Shell): Stream {
  const options = readOptions(args, {
    short: "pcw",
    long: ["--package", "--call", "--workspace", "--from", "--with", "--python"],
    stopAtOperand: true,
  });
  for (const text of options.values("-c", "--call")) executeText(text.text, shell, "shell");
  const [first, ...rest] = options.operands;
  const named = [
    ...options.values("-p", "--package", "--from", "--with"),
    ...(first === undefined ? [] : [first]),
  ];
  for (const name of named) {
    if (
      /^(?:https?|git(?:\+\w+)?|github|gist|file|ssh):|^[\w.-]+\/[\w.-]+(?:#|$)|\.(?:tgz|tar\.gz)$|^[./]/.test(
        name.text,
      )
    )
      return refuse(shell, "remote-exec", "a package from an address runs code");
    if (
      /(?:claude|codex|cursor|gemini|breakwater)[\w-]*(?:hook|guard|uninstall|disable)|(?:hook|guard)[\w-]*(?:uninstall|disable)/i.test(
        name.text,
      )
    )
      return refuse(shell, "hook-tamper", "the package acts on guards");
  }
  if (first === undefined) return UNSEEN;
  const name = programOf(first.text);
  if (
    /^(?:create-|@[\w-]+\/create(?:-|$)|degit$|tiged$|giget$|yo$|plop$|hygen$)/.test(first.text) ||
    name === "create"
  )
    judgeTree(literal("."), shell);
  return shell.exec([literal(name), ...rest], shell, call.stdin);
}

const PACKAGE_PROGRAMS: Readonly<Record<string, string>> = {
  typescript: "tsc",
  "@biomejs/biome": "biome",
  "@anthropic-ai/claude-code": "claude",
  "@openai/codex": "codex",
  "@google/gemini-cli": "gemini",
  "@angular/cli": "ng",
  "@nestjs/cli": "nest",
  "@vue/cli": "vue",
  "@playwright/test": "playwright",
  "@ast-grep/cli": "sg",
  "@changesets/cli": "changeset",
  "node@latest": "node",
};

/** `rimraf@5` is `rimraf`; a scoped package's program has its last name, unless it is known by another. */
function programOf(text: string): string {
  const name = text.replace(/(?<=.)@[^/]*$/, "");
  return PACKAGE_PROGRAMS[name] ?? (name.startsWith("@") ? name.slice(name.indexOf("/") + 1) : name);
}

function pythonManager(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-"));
  const verb = words[0]?.text ?? "";
  if (call.args.some((arg) => /^(?:--dry-run|--help|--version|-V|-h)$/.test(arg.text)) && verb !== "run")
    return UNSEEN;
  const at = call.args.findIndex((arg) => arg.text === verb);
  if (
    /^(?:run|exec|x)$/.test(verb) ||
    (call.program === "uv" && verb === "tool" && words[1]?.text === "run")
  ) {
    const rest = call.args.slice(at + (verb === "tool" ? 2 : 1));
    return call.program === "pipx" || verb === "tool"
      ? runPackage(rest, call, shell)
      : shell.exec(
          readOptions(rest, {
            short: "mpn",
            long: [
              "--with",
              "--python",
              "--from",
              "--group",
              "--extra",
              "--env-file",
              "--name",
              "--prefix",
              "--cwd",
            ],
            stopAtOperand: true,
          }).operands,
          shell,
          call.stdin,
        );
  }
  if (/^(?:publish|upload)$/.test(verb))
    return refuse(shell, "publish", `${call.program} ${verb} changes the registry`);
  if (
    /^(?:list|show|freeze|check|search|debug|inspect|index|help|config-list|env-info|info|tree|version|why|cache-dir|export|)$/.test(
      verb,
    ) &&
    !(verb === "version" && words.length > 1)
  )
    return UNSEEN;
  if (words.some((arg) => /^(?:https?|git\+)/.test(arg.text)))
    return refuse(shell, "remote-exec", "a package from an address runs code");
  return refuse(shell, "scope-write", `${call.program} ${readable(verb)} changes what is installed`);
}

function otherManager(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  const groups = /^(?:target|component|toolchain|override|config|cache|repo|env|local|tool|pin|switch)$/;
  const verb = (groups.test(words[0] ?? "") ? words[1] : words[0]) ?? "";
  if (
    call.args.some((arg) => /^(?:--dry-run|--help|--version|-v|-V)$/.test(arg.text)) ||
    /^(?:list|ls|show|info|outdated|check|which|current|version|versions|search|audit|validate|diagnose|licenses|platform|test|build|doc|docs|make|verify|lint|why|depends|tree|env|)$/.test(
      verb,
    )
  )
    return UNSEEN;
  if (verb === "exec" || verb === "run") {
    const at = call.args.findIndex((arg) => arg.text === verb);
    return call.program === "composer"
      ? runScript(call.args.slice(at + 1), call, shell)
      : shell.exec(call.args.slice(at + 1), shell, call.stdin);
  }
  if (call.program === "composer" && /^(?:test|run-script|dump-autoload)$/.test(verb)) return UNSEEN;
  if (/^(?:use|shell|local)$/.test(verb) && /^(?:nvm|fnm|n|volta|pyenv|rbenv)$/.test(call.program))
    return UNSEEN;
  if (/^(?:push|publish|release)$/.test(verb))
    return refuse(shell, "publish", `${call.program} ${verb} changes the registry`);
  return refuse(shell, "scope-write", `${call.program} ${readable(verb)} changes what is installed`);
}
