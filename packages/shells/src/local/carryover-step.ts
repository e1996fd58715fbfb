import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  carryoverIssue,
  carryoverNote,
  issueNote,
  ok,
  plainLine,
  type Fact,
  type Failure,
  type TaskState,
} from "@breakwater/core";
import { fileIssueOrder, notingOrder, openingOrder, type IssueOrder } from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/**
 * Notes planned work that did not finish: once in the carryover list of the session, and once as an issue
 * where the project has a tracker. A tracker that cannot be asked holds nothing up: the order waits.
 */
export async function fileCarryover(machine: LocalMachine, command: CommandOf<"file-carryover">): Step<Fact> {
  const { task, title, reason } = command;
  const file = join(machine.folder, "carryover.md");
  const heading = `## ${task}: ${plainLine(title)}`;
  await mkdir(machine.folder, { recursive: true });
  const known = await readFile(file, "utf8").catch(() => "");
  if (!known.split("\n").includes(heading)) await appendFile(file, `${heading}\n\n${plainLine(reason)}\n\n`);
  const carried = machine.state().tasks.get(task);
  if (machine.issues === undefined || carried === undefined)
    return ok({ type: "carryover.filed", task, where: file });
  const filing = await fileIssueOrder(machine.issues, orderOf(machine, carried));
  if (!filing.ok) return filing;
  if (filing.value.kind === "queued") {
    const { file: where, failure } = filing.value;
    return ok({ type: "carryover.filed", task, where, queued: failure.message });
  }
  if (filing.value.kind === "refused")
    return ok({ type: "carryover.filed", task, where: refusedText(file, filing.value.failure) });
  const { number, url, existing } = filing.value.issue;
  const where = url === "" ? `#${number}` : url;
  return ok({ type: "carryover.filed", task, where, issue: { number, existing } });
}

/** Tells an issue that the plan names what became of its work; without a tracker nobody is told. */
export async function settleIssue(machine: LocalMachine, command: CommandOf<"settle-issue">): Step<Fact> {
  const { issue, done } = command;
  const settled = { type: "issue.settled", issue, done } as const;
  if (machine.issues === undefined) return ok({ ...settled, where: "no tracker" });
  const body = issueNote(machine.state(), issue, done);
  const order = notingOrder(issue, { body, close: done, occasion: `${machine.session}\n${issue}` });
  const filing = await fileIssueOrder(machine.issues, order);
  if (!filing.ok) return filing;
  if (filing.value.kind === "filed") return ok({ ...settled, where: filing.value.issue.url || `#${issue}` });
  if (filing.value.kind === "refused")
    return ok({ ...settled, where: refusedText("not told", filing.value.failure) });
  const { file, failure } = filing.value;
  return ok({ ...settled, where: file, queued: failure.message });
}

/** What nothing waits for any more stands where the issue would be. */
function refusedText(otherwise: string, { message }: Failure): string {
  return `${otherwise}; ${plainLine(message, 300)}`;
}

/** A task whose plan names its issue is told there; any other gets an issue of its own. */
function orderOf(machine: LocalMachine, task: TaskState): IssueOrder {
  const state = machine.state();
  const { id, issue } = task.task;
  if (issue === undefined) return openingOrder(carryoverIssue(state, task));
  const occasion = `${machine.session}\n${issue}\n${id}`;
  return notingOrder(issue, { body: carryoverNote(state, task), close: false, occasion });
}
