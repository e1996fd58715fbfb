import type { Assignment, Command, Word } from "unbash";
import { judgeEnvironment } from "../program/environment.ts";
import { runProgram } from "../program/run-program.ts";
import { type Arg, HOLE, literal } from "./arg.ts";
import { expandText, expandWord } from "./expand-word.ts";
import { openRedirects, recordOutput } from "./redirect.ts";
import { ask, type Choice, type Shell } from "./shell.ts";
import { joinStreams, SILENT, type Stream } from "./stream.ts";
import { assign } from "./variable.ts";

const MOST_RUNS = 64;

/** Follows one simple command, once for every combination of values its variables may have. */
export function runCommand(node: Command, shell: Shell, stdin?: Stream): Stream {
  let printed: Stream = SILENT;
  let width = 1;
  for (let index = 0; index < width; index += 1) {
    const choice: Choice = { index, width: 1, picked: new Map() };
    printed = joinStreams(printed, runOnce(node, { ...shell, choice }, stdin));
    width = Math.max(width, choice.width);
    if (width > MOST_RUNS) {
      ask(shell, "opaque", "the command has too many possible meanings");
      return printed;
    }
  }
  return printed;
}

function runOnce(node: Command, shell: Shell, stdin?: Stream): Stream {
  shell.trace.tainted = undefined;
  const assignments = node.prefix.filter((part): part is Assignment => part.type === "Assignment");
  if (node.name === undefined) {
    for (const assignment of assignments) applyAssignment(assignment, shell);
    return recordOutput(openRedirects(node.redirects, shell), SILENT, shell);
  }
  const environment = assignments.map(
    (assignment) => [assignment.name, assignedText(assignment, shell)] as const,
  );
  const argv = [node.name, ...node.args].flatMap((part) => expandArgument(part, shell));
  const streams = openRedirects(node.redirects, shell);
  judgeEnvironment(environment, shell);
  const printed = runProgram(argv, shell, streams.stdin ?? stdin);
  return recordOutput(streams, printed, shell);
}

function expandArgument(part: Word | Assignment, shell: Shell): readonly Arg[] {
  if (part.type === "Word") return expandWord(part, shell);
  if (part.value.type === "ArrayValue") {
    applyAssignment(part, shell);
    return [literal(`${part.name}=${HOLE}`)];
  }
  return [literal(`${part.name}${part.append === true ? "+" : ""}=${expandText(part.value, shell)}`)];
}

function assignedText(assignment: Assignment, shell: Shell): string {
  const { value } = assignment;
  return value.type === "ArrayValue"
    ? value.elements.map((element) => expandText(element, shell)).join(" ")
    : expandText(value, shell);
}

/** Remembers an assignment; subscripts may run commands, so they are expanded too. */
export function applyAssignment(assignment: Assignment, shell: Shell): void {
  const { name, value } = assignment;
  if (assignment.index !== undefined) expandText(assignment.index, shell);
  if (value.type === "ArrayValue") {
    const before = assignment.append === true ? (shell.state.arrays.get(name) ?? []) : [];
    const elements = value.elements.flatMap((element) => expandWord(element, shell)).map((arg) => arg.text);
    shell.state.arrays.set(name, [...before, ...elements]);
    return;
  }
  const text = expandText(value, shell);
  judgeEnvironment([[name, text]], shell);
  if (assignment.index !== undefined) {
    shell.state.arrays.set(name, [...(shell.state.arrays.get(name) ?? []), text]);
    return;
  }
  const before = assignment.append === true ? (shell.state.variables.get(name) ?? [""]) : [""];
  assign(
    name,
    before.map((start) => start + text),
    shell,
  );
}
