import { join } from "node:path";
import {
  fail,
  gateId,
  ok,
  weighFindings,
  type CommitId,
  type Fact,
  type ReviewFinding,
} from "@breakwater/core";
import { git, listFiles } from "@breakwater/node";
import { runCheck } from "./gate-step.ts";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/** A command that shows a fault may take this long; seconds. */
const CHECK_SECONDS = 120;
/** Commands that are tried for one review; what comes after them is not believed. */
const MOST_CHECKS = 20;
/** Files longer than this are not looked into; bytes. */
const MOST_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Checks what a reviewer stated against the tree that it was stated of: files, lines and names are looked up,
 * and for what would cost work its command must reproduce, in a clean walled workspace.
 */
export async function checkReview(machine: LocalMachine, command: CommandOf<"check-review">): Step<Fact> {
  const { attempt, review, wave, from, to } = command;
  const report = machine.state().attempts.get(attempt)?.report?.review;
  if (report === undefined) return fail(noReport(attempt));
  const listed = await listFiles(machine.repository.context, to);
  if (!listed.ok) return listed;
  const files = new Map(listed.value.map((file) => [file.path, file.object]));
  const { sure, possible, dropped } = weighFindings(report.findings);
  const findings: ReviewFinding[] = [];
  const rejected: { readonly finding: ReviewFinding; readonly reason: string }[] = [];
  for (const [index, each] of [...sure, ...possible].entries()) {
    const finding = plainPlace(each);
    const outputFile = join(machine.folder, "gates", `finding-${attempt}-${index}.log`);
    const check =
      index < Math.min(sure.length, MOST_CHECKS) ? "run" : index < sure.length ? "refuse" : "skip";
    const reason = await faultOf(machine, finding, { commit: to, files, outputFile, check });
    if (reason === undefined) findings.push(finding);
    else rejected.push({ finding, reason });
  }
  const { verdict, dimensions } = report;
  const said = { findings, rejected, dropped: dropped.length };
  return ok({ type: "review.finished", review, wave, from, to, verdict, dimensions, ...said });
}

function plainPlace(finding: ReviewFinding): ReviewFinding {
  return finding.file === undefined ? finding : { ...finding, file: finding.file.replace(/^(?:\.\/)+/u, "") };
}

type Place = {
  readonly commit: CommitId;
  /** The object of each path. */
  readonly files: ReadonlyMap<string, string>;
  readonly outputFile: string;
  /** What is done with a command that comes with the finding. */
  readonly check: "run" | "refuse" | "skip";
};

async function faultOf(
  machine: LocalMachine,
  finding: ReviewFinding,
  place: Place,
): Promise<string | undefined> {
  return (await faultOfPlace(machine, finding, place)) ?? faultOfCheck(machine, finding, place);
}

async function faultOfPlace(
  machine: LocalMachine,
  { file, line, symbol }: ReviewFinding,
  { files }: Place,
): Promise<string | undefined> {
  if (file === undefined)
    return line === undefined && symbol === undefined ? undefined : "it names a line or a name and no file";
  const object = files.get(file);
  if (object === undefined) return `${file} is not in the tree`;
  if (line === undefined && symbol === undefined) return undefined;
  const read = await git(machine.repository.context, ["cat-file", "blob", object], {
    maxBytes: MOST_FILE_BYTES,
  });
  if (!read.ok) return `${file} could not be read: ${read.failure.message}`;
  const text = read.value.stdout.toString("utf8");
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (line !== undefined && !(Number.isInteger(line) && line >= 1 && line <= lines))
    return `${file} has ${lines} lines, and line ${line} is none of them`;
  return symbol !== undefined && !text.includes(symbol) ? `"${symbol}" does not stand in ${file}` : undefined;
}

async function faultOfCheck(
  machine: LocalMachine,
  finding: ReviewFinding,
  { commit, outputFile, check }: Place,
): Promise<string | undefined> {
  if (finding.check === undefined || check === "skip") return undefined;
  if (check === "refuse") return `its command was not tried: a review may bring ${MOST_CHECKS}`;
  const spec = { id: gateId("finding"), command: finding.check, timeoutSeconds: CHECK_SECONDS };
  const report = await runCheck(machine, { commit, spec, lookUp: true, outputFile, retry: false });
  if (!report.ok) return report.failure.message;
  const { result } = report.value;
  if (result.kind === "exited" && result.code === 0) return undefined;
  return `its command does not show the fault: ${result.kind === "exited" ? `exit ${result.code}` : result.kind}`;
}

function noReport(attempt: string): {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
} {
  return {
    code: "BW760",
    message: `the report of ${attempt} is gone`,
    fix: "Read the change yourself, or let a further session review it.",
  };
}
