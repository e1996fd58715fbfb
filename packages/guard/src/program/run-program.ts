import type { Function as FunctionNode } from "unbash";
import { type Arg, HOLE, isOpaque, readable, SECRET_HOLE, SUPPLIED } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN, unseenFrom } from "../shell/stream.ts";
import { AGENT_PROGRAMS } from "./agent-cli.ts";
import { AWKS } from "./awk.ts";
import { BUILTINS } from "./builtin.ts";
import { CHANGERS } from "./change-files.ts";
import { DATABASES } from "./database.ts";
import { EDITORS } from "./editor.ts";
import { EXTRACTORS } from "./archive.ts";
import { COMPILERS } from "./compiler.ts";
import { ENVIRONMENT_MANAGERS } from "./environment-manager.ts";
import { FEEDERS } from "./feeder.ts";
import { FORMATTERS } from "./formatter.ts";
import { PROJECT_TOOLS } from "./project-tool.ts";
import { judgeGenerated } from "./generator.ts";
import { gitHandlers } from "./git.ts";
import { INTERPRETERS } from "./interpreter.ts";
import { runScriptFile } from "./execute.ts";
import { moduleProgram } from "./module-program.ts";
import { NETWORK } from "./network.ts";
import { PACKAGE_MANAGERS } from "./package-manager.ts";
import { SYSTEM } from "./system.ts";
import { TEXT_SOURCES } from "./text-source.ts";
import { judgeUnknown } from "./unknown-program.ts";
import { judgeArguments } from "./argument.ts";
import { HARMLESS } from "./harmless.ts";
import { VERB_PROGRAMS } from "./verb-program.ts";
import { WRAPPERS } from "./wrapper.ts";

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...HARMLESS,
  ...VERB_PROGRAMS,
  ...COMPILERS,
  ...FORMATTERS,
  ...PROJECT_TOOLS,
  ...EXTRACTORS,
  ...NETWORK,
  ...SYSTEM,
  ...CHANGERS,
  ...EDITORS,
  ...DATABASES,
  ...PACKAGE_MANAGERS,
  ...INTERPRETERS,
  ...AWKS,
  ...TEXT_SOURCES,
  ...AGENT_PROGRAMS,
  ...gitHandlers,
  ...WRAPPERS,
  ...ENVIRONMENT_MANAGERS,
  ...FEEDERS,
  ...BUILTINS,
]);

const SYSTEM_FOLDERS =
  /^(?:\/(?:usr\/(?:local\/)?)?s?bin|\/usr\/lib\/git-core|\/usr\/libexec\/git-core|\/opt\/homebrew\/bin)\/|(?:^|\/)(?:node_modules\/\.bin|vendor\/bin|\.?v?env\/bin)\//;
const MOST_STEPS = 4000;

/** Follows one started program: finds what it is, unwraps it, judges it, and returns what it prints. */
export function runProgram(argv: readonly Arg[], shell: Shell, stdin?: Stream): Stream {
  const first = argv[0];
  if (first === undefined) return UNSEEN;
  shell.trace.steps += 1;
  if (shell.trace.steps > MOST_STEPS) {
    deny(shell, "nesting", "the command needs too many steps");
    return UNSEEN;
  }
  const hidden = hiddenProgram(first, shell);
  if (hidden) return UNSEEN;
  return runNamed(first.text, argv, shell, stdin);
}

function hiddenProgram(first: Arg, shell: Shell): boolean {
  if (isOpaque(first.text)) {
    if (shell.trace.tainted === "remote") deny(shell, "remote-exec", "the program comes from the network");
    else ask(shell, "opaque", `the program ${readable(first.text)} is not visible`);
    return true;
  }
  if (first.glob && /[*?[]/.test(first.text)) {
    deny(shell, "obfuscated", `the program is hidden behind the pattern ${first.text}`);
    return true;
  }
  return false;
}

function runNamed(name: string, argv: readonly Arg[], shell: Shell, stdin?: Stream): Stream {
  const args = argv.slice(1);
  const alias = shell.state.aliases.get(name);
  if (alias !== undefined && !shell.trace.calling.has(`alias ${name}`))
    return calling(`alias ${name}`, shell, () =>
      shell.run([alias, ...args.map((arg) => quoted(arg.text))].join(" "), shell, stdin),
    );
  const defined = shell.state.functions.get(name);
  if (defined !== undefined) return callFunction(name, { args, node: defined }, shell, stdin);
  shell.trace.executed.push(argv.map((arg) => arg.text));
  return runKnown(name, argv, shell, stdin);
}

function runKnown(spelled: string, argv: readonly Arg[], shell: Shell, stdin?: Stream): Stream {
  const name = moduleProgram(spelled) ?? spelled;
  const base = programName(name);
  const call: Call = { program: base, args: argv.slice(1), stdin };
  const local = name.includes("/") && !SYSTEM_FOLDERS.test(name);
  const handler = HANDLERS.get(base);
  judgeArguments(call, shell);
  judgeGenerated(call, shell);
  if (local && handler === undefined) return runScriptFile(name, call, shell, "shell") ?? passed(base, stdin);
  const wrapper = /^(?:\.\/)?(?:gradlew|mvnw|bin\/(?:rails|rake|rspec|bundle))$/.test(name);
  if (local && !wrapper) ask(shell, "opaque", `${name} is a program of its own, whatever its name`);
  if (handler === undefined) judgeUnknown(call, shell);
  const printed = handler?.(call, shell) ?? passed(base, stdin);
  const kept = printed.taint === undefined && stdin?.taint !== undefined && printed.text.includes(HOLE);
  return kept ? passed(base, stdin) : printed;
}

/** The name under which a program is known: without its folder, version and file system. */
function programName(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1);
  if (HANDLERS.has(base)) return base;
  const plain = base
    .replace(/^(mkfs|fsck)\..*$/, "$1")
    .replace(/^([a-z][a-z+]*?)-?\d+(?:\.\d+)*$/, "$1")
    .replace(/\.(?:exe|cmd)$/i, "");
  return HANDLERS.has(plain) ? plain : base;
}

/** Filters that leave out or reorder whole lines. */
const LINE_FILTERS = /^(?:e|f)?grep$|^(?:rg|sort|head|tail|uniq|shuf|tac)$/;

/** What a filter prints: unseen, from wherever its input came; of names that were supplied it leaves names. */
function passed(program: string, stdin: Stream | undefined): Stream {
  const names = stdin?.text.includes(SUPPLIED) === true && !stdin.text.includes(HOLE);
  if (stdin === undefined || !names || stdin.taint !== undefined) return unseenFrom(stdin?.taint);
  return LINE_FILTERS.test(program) ? stdin : { text: SUPPLIED };
}

function callFunction(
  name: string,
  called: { readonly args: readonly Arg[]; readonly node: FunctionNode },
  shell: Shell,
  stdin?: Stream,
): Stream {
  if (shell.trace.calling.has(called.node)) return recursion(name, shell);
  const positional = called.args.map((arg) => arg.text);
  const before = shell.state.positional;
  shell.state.positional = positional;
  const printed = calling(called.node, shell, () => shell.call(called.node.body, shell, stdin));
  shell.state.positional = before;
  return printed;
}

/** A function that calls itself twice in one body multiplies until the machine stops. */
function recursion(name: string, shell: Shell): Stream {
  const count = (shell.trace.recursionCount.get(name) ?? 0) + 1;
  shell.trace.recursionCount.set(name, count);
  if (count > 1) deny(shell, "system-destroy", `${name} starts itself more than once`);
  return UNSEEN;
}

function calling(name: FunctionNode | string, shell: Shell, run: () => Stream): Stream {
  shell.trace.calling.add(name);
  const printed = run();
  shell.trace.calling.delete(name);
  return printed;
}

/** A word that the shell reads back as the same text. */
export function quoted(text: string): string {
  if (text.includes(HOLE) || text.includes(SECRET_HOLE)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
