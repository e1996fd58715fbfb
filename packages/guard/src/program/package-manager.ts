import { readable } from "../shell/arg.ts";
import type { Call, Handler, Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { refuse } from "./refuse.ts";
import { nodeManager, runScript } from "./node-manager.ts";
import { runPackage } from "./run-package.ts";
import { pythonManager } from "./python-manager.ts";

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
