import type { ScheduledTask } from "../plan/schedule.ts";
import { isImplementation } from "../plan/role.ts";
import { plainLine } from "../projection/plain-text.ts";

/** What a task's prompt expects of tests and of checks before the task is reported as done. */
export function testingLines(task: ScheduledTask): readonly string[] {
  if (task.scope.kind === "read-only") return ["Run only commands that change nothing. Write no test."];
  return [...roleLines(task), ...checkLines(task)];
}

function roleLines(task: ScheduledTask): readonly string[] {
  const lines = isImplementation(task.role)
    ? ["- Cover what you change with tests inside your scope, or name the existing test that covers it."]
    : [];
  if (task.role === "quality") {
    lines.push(
      "- For each new test say which defect makes it fail. If you can name no gap that a test closes, write none and end with STATUS: no-tests-needed.",
    );
  }
  if (task.redFirst)
    lines.push(
      "- Your new tests must fail on the code as it is now and pass after your change. Both is checked.",
    );
  return lines;
}

function checkLines(task: ScheduledTask): readonly string[] {
  const before = "- Before you report the task as done, run";
  const checked =
    "and quote the line of its output that shows the result. It is run again on the merged tree, and only that run counts.";
  return task.verify.length === 0
    ? [`${before} the existing tests of what you changed ${checked}`]
    : task.verify.map((command) => `${before} \`${plainLine(command, 1_000)}\` ${checked}`);
}

/** How a read-only task hands over what it found; empty for a task that writes. */
export function findingsLines(task: ScheduledTask): readonly string[] {
  if (task.scope.kind === "write") return [];
  return [
    "Report what you found as one JSON array in a code block marked `findings`, just before the last line:",
    "",
    "```findings",
    '[{ "claim": "one sentence", "paths": ["path/that/exists.ts"], "check": "a command that exits 0 where the claim holds" }]',
    "```",
    "",
    "`paths` names at least one existing path, relative to the root of the repository. `check` may be left out. Each path and each check is tried; a finding that does not hold fails the task.",
  ];
}

/** Limits of the attempt and the one line that its report ends with. */
export function statusLines(task: ScheduledTask): readonly string[] {
  const { turns, toolCalls, wallMs } = task.limits;
  return [
    `You have ${turns} turns, ${toolCalls} tool calls and ${Math.max(1, Math.round(wallMs / 60_000))} minutes. They are counted. When you get near, stop and report STATUS: partial with what is done and what remains.`,
    "",
    "If only a person can decide something, do what can be done without it and add a line",
    "`OPEN-QUESTIONS: <question> | context: <context> | candidates: <a / b>`.",
    "",
    "The last line of your last message is exactly one of:",
    "",
    "```text",
    "STATUS: done — <summary>",
    "STATUS: partial — <done> | REMAINING: <rest>",
    "STATUS: failed — <reason>",
    ...(task.role === "quality" ? ["STATUS: no-tests-needed"] : []),
    "```",
  ];
}
