import {
  type AndOr,
  type Case,
  type CommandNode,
  type CompoundList,
  type For,
  type Function as FunctionNode,
  type If,
  parse,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type Redirected,
  type Select,
  type Statement,
  type TestExpression,
  type While,
} from "unbash";
import { HOLE } from "./arg.ts";
import { expandText, expandWord, runArithmetic } from "./expand-word.ts";
import { openRedirects, recordOutput } from "./redirect.ts";
import { runCommand } from "./run-command.ts";
import { ask, deny, type Shell, subshell } from "./shell.ts";
import { joinStreams, SILENT, type Stream, UNSEEN } from "./stream.ts";
import { listOf } from "./variable.ts";

const LONGEST_SCRIPT = 65_536;
const DEEPEST = 6;

/** Follows a text as a script of this shell and returns what it prints. What cannot be read is asked about. */
export function runText(text: string, shell: Shell, stdin?: Stream): Stream {
  if (text.length > LONGEST_SCRIPT) return refuse(shell, "the command is longer than 64 KiB");
  return runScriptNode(parse(text), { ...shell, depth: shell.depth + 1 }, stdin);
}

function refuse(shell: Shell, step: string): Stream {
  deny(shell, "nesting", step);
  return UNSEEN;
}

/** Follows a parsed script; a script with syntax errors is followed as far as it was read, and asked about. */
export function runScriptNode(script: ParsedScript, shell: Shell, stdin?: Stream): Stream {
  if (shell.depth > DEEPEST) return refuse(shell, "commands are nested too deeply");
  if (script.errors !== undefined && script.errors.length > 0)
    ask(shell, "opaque", `the command cannot be read: ${script.errors[0]?.message ?? "syntax error"}`);
  return runStatements(script.commands, shell, stdin);
}

function runStatements(statements: readonly Statement[], shell: Shell, stdin?: Stream): Stream {
  return statements.reduce<Stream>((printed, statement) => {
    const target = statement.background === true ? subshell(shell) : shell;
    return joinStreams(printed, runNode(statement.command, target, stdin));
  }, SILENT);
}

function runList(list: CompoundList, shell: Shell, stdin?: Stream): Stream {
  return runStatements(list.commands, shell, stdin);
}

function runNode(node: AndOr | PipelineNode | CompoundList, shell: Shell, stdin?: Stream): Stream {
  shell.trace.steps += 1;
  if (shell.trace.steps > 4000) return refuse(shell, "the command needs too many steps");
  if (node.type === "AndOr") return runAndOr(node, shell, stdin);
  if (node.type === "Pipeline") return runPipeline(node, shell, stdin);
  if (node.type === "CompoundList") return runList(node, shell, stdin);
  return node.type === "Redirected" ? runRedirected(node, shell, stdin) : runCompound(node, shell, stdin);
}

function runCompound(node: Exclude<CommandNode, Redirected>, shell: Shell, stdin?: Stream): Stream {
  switch (node.type) {
    case "Command":
      return runCommand(node, shell, stdin);
    case "If":
      return runIf(node, shell, stdin);
    case "For":
    case "Select":
      return runFor(node, shell, stdin);
    case "ArithmeticFor":
      for (const part of [node.initialize, node.test, node.update]) runArithmetic(part, shell);
      return branch(shell, () => runList(node.body, shell, stdin));
    case "While":
      return runWhile(node, shell, stdin);
    case "Subshell":
      return runList(node.body, subshell(shell), stdin);
    case "BraceGroup":
      return runList(node.body, shell, stdin);
    case "Case":
      return runCase(node, shell, stdin);
    case "TestCommand":
      runTest(node.expression, shell);
      return SILENT;
    case "ArithmeticCommand":
      runArithmetic(node.expression, shell);
      return SILENT;
    case "Function":
      return defineFunction(node, shell);
    case "Coproc":
      return runNode(node.body, subshell(shell), UNSEEN);
  }
}

function defineFunction(node: FunctionNode, shell: Shell): Stream {
  shell.state.functions.set(node.name.value, node);
  return SILENT;
}

/** Follows the body of a function that was called. */
export function runBody(body: FunctionNode["body"], shell: Shell, stdin?: Stream): Stream {
  return runNode(body, shell, stdin);
}

function runAndOr(node: AndOr, shell: Shell, stdin?: Stream): Stream {
  return node.commands.reduce<Stream>((printed, command, at) => {
    const run = (): Stream => runNode(command, shell, stdin);
    return joinStreams(printed, node.operators[at - 1] === "||" ? branch(shell, run) : run());
  }, SILENT);
}

function runPipeline(node: Pipeline, shell: Shell, stdin?: Stream): Stream {
  const single = node.commands.length === 1;
  let flowing = stdin;
  for (const command of node.commands) flowing = runNode(command, single ? shell : subshell(shell), flowing);
  return flowing ?? SILENT;
}

/** What happens in a branch may or may not happen, so earlier values stay possible. */
function branch(shell: Shell, run: () => Stream): Stream {
  shell.state.branching += 1;
  const { directory } = shell.state;
  const printed = run();
  shell.state.branching -= 1;
  if (shell.state.branching === 0 && shell.state.directory !== directory) shell.state.directory = undefined;
  return printed;
}

function runIf(node: If, shell: Shell, stdin?: Stream): Stream {
  let printed = runList(node.clause, shell, stdin);
  const parts = [node.then, ...node.elif.flatMap((each) => [each.clause, each.then]), node.else];
  for (const part of parts) {
    if (part === undefined) continue;
    const before = shell.state.directory;
    printed = joinStreams(
      printed,
      branch(shell, () => runList(part, shell, stdin)),
    );
    if (shell.state.directory === undefined && part !== parts.at(-1)) shell.state.directory = before;
  }
  return printed;
}

function runFor(node: For | Select, shell: Shell, stdin?: Stream): Stream {
  const words =
    node.wordlist?.flatMap((word) => expandWord(word, shell)) ??
    (listOf("@", shell) ?? []).map((text) => ({ text, glob: false }));
  const values = words.map((word) => word.text);
  shell.state.variables.set(
    node.name.value,
    values.length === 0 ? [HOLE] : [...new Set(values)].slice(0, 64),
  );
  if (new Set(values).size > 64) shell.state.variables.set(node.name.value, [HOLE]);
  return branch(shell, () => runList(node.body, shell, stdin));
}

function runWhile(node: While, shell: Shell, stdin?: Stream): Stream {
  runList(node.clause, { ...shell, state: shell.state }, stdin);
  return branch(shell, () => runList(node.body, shell, stdin));
}

function runCase(node: Case, shell: Shell, stdin?: Stream): Stream {
  expandText(node.word, shell);
  return node.items.reduce<Stream>((printed, item) => {
    for (const pattern of item.pattern) expandText(pattern, shell);
    return joinStreams(
      printed,
      branch(shell, () => runList(item.body, shell, stdin)),
    );
  }, SILENT);
}

function runTest(expression: TestExpression, shell: Shell): void {
  switch (expression.type) {
    case "TestUnary":
      expandText(expression.operand, shell);
      return;
    case "TestBinary":
      expandText(expression.left, shell);
      expandText(expression.right, shell);
      return;
    case "TestLogical":
      for (const operand of expression.operands) runTest(operand, shell);
      return;
    case "TestNot":
      runTest(expression.operand, shell);
      return;
    case "TestGroup":
      runTest(expression.expression, shell);
      return;
  }
}

function runRedirected(node: Redirected, shell: Shell, stdin?: Stream): Stream {
  const streams = openRedirects(node.redirects, shell);
  const printed = runCompound(node.command, shell, streams.stdin ?? stdin);
  return recordOutput(streams, printed, shell);
}
