import { readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { readOptions } from "./option.ts";

/** Managers of environments: which verbs start a program, and which change nothing. */
type EnvironmentVerbs = { readonly starts: RegExp; readonly free: RegExp; readonly own?: number };
const ENVIRONMENTS: Readonly<Record<string, EnvironmentVerbs>> = {
  mise: {
    starts: /^(?:exec|x)$/,
    free: /^(?:ls|list|current|which|where|env|doctor|version|tasks|config|run|r|activate|hook-env)$/,
  },
  rtx: { starts: /^(?:exec|x)$/, free: /^(?:ls|list|current|which|where|env|version|activate)$/ },
  asdf: { starts: /^exec$/, free: /^(?:list|current|which|where|info|version|latest|shell)$/ },
  direnv: { starts: /^exec$/, free: /^(?:status|version|stdlib|help|export|hook)$/, own: 1 },
  devbox: { starts: /^run$/, free: /^(?:list|info|version|search)$/ },
  dotenvx: { starts: /^run$/, free: /^(?:help|--version)$/ },
  flox: { starts: /^activate$/, free: /^(?:list|search|show)$/ },
};

/** Managers of tools and environments, and what is started in them. */
export const ENVIRONMENT_MANAGERS: readonly (readonly [string, Handler])[] = [
  ...Object.entries(ENVIRONMENTS).map(
    ([name, verbs]) => [name, (call: Call, shell: Shell) => runEnvironment(call, shell, verbs)] as const,
  ),
  ["nix-shell", (call, shell) => runOptionTexts(call, shell, "--run", "--command")],
  ["nix", runNix],
];

function runEnvironment(call: Call, shell: Shell, verbs: EnvironmentVerbs): Stream {
  const [verb, ...rest] = readOptions(call.args, { short: "fCE", stopAtOperand: true }).operands;
  const text = verb?.text ?? "";
  if (
    verb === undefined ||
    verbs.free.test(text) ||
    call.args.some((arg) => /^--(?:help|version)$/.test(arg.text))
  )
    return UNSEEN;
  if (!verbs.starts.test(text)) {
    deny(shell, "scope-write", `${call.program} ${readable(text)} changes what is installed`);
    return UNSEEN;
  }
  const cut = rest.findIndex((arg) => arg.text === "--");
  const started =
    cut >= 0 ? rest.slice(cut + 1) : readOptions(rest, { short: "fc", stopAtOperand: true }).operands;
  return shell.exec(started.slice(cut >= 0 ? 0 : (verbs.own ?? 0)), shell, call.stdin);
}

function runOptionTexts(call: Call, shell: Shell, ...names: readonly string[]): Stream {
  for (const text of readOptions(call.args, { short: "pA", long: names }).values(...names))
    executeText(text.text, shell, "shell");
  return UNSEEN;
}

function runNix(call: Call, shell: Shell): Stream {
  const verb = call.args.find((arg) => !arg.text.startsWith("-"))?.text ?? "";
  const at = call.args.findIndex((arg) => /^(?:-c|--command)$/.test(arg.text));
  if (/^(?:develop|shell|env)$/.test(verb) && at >= 0)
    return shell.exec(call.args.slice(at + 1), shell, call.stdin);
  if (/^(?:run|profile|copy|upgrade-nix|store|bundle)$/.test(verb))
    ask(shell, "opaque", `what nix ${verb} does is not visible`);
  return UNSEEN;
}
