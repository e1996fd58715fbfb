import { access } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import type { GateEvidence, GateReport, GateSpec, TreeId } from "@breakwater/core";
import type { Grace } from "../process/process-group.ts";
import type { GateCache, GateKey } from "./gate-cache.ts";
import { type CommandEnd, type GateWall, runGateCommand } from "./gate-command.ts";
import { type GateEnvironment, gateEnvironmentHash, gateVariables } from "./gate-environment.ts";
import { type GateFolder, resolveGateFolder, resolveReport } from "./gate-folder.ts";
import { OutputFile } from "./output-file.ts";
import { lastLines } from "./plain-text.ts";
import { type Reading, stableNames } from "./reading.ts";
import { clearReport, readReport } from "./report/report-file.ts";
import { recogniseText } from "./text/recognise.ts";

/** One run of a check on a tree that is checked out in a workspace. */
export type GateOrder = {
  readonly spec: GateSpec;
  /** The workspace: a folder that holds exactly `tree` and belongs to this run. */
  readonly cwd: string;
  readonly tree: TreeId;
  readonly environment: GateEnvironment;
  /** Where the output is kept, in full up to a bound; an earlier file is replaced. */
  readonly outputFile: string;
  readonly cache?: GateCache;
  /** Whether the report of an equal earlier run may stand for this one. */
  readonly lookUp: boolean;
  /** Bounds one run of the command; `spec.timeoutSeconds` wins where it is shorter. */
  readonly timeoutMs: number;
  /** Stops the run; the report then says that the check could not be run. */
  readonly signal?: AbortSignal;
  /** False where a second run after a red one has no use, as for a command that is meant to fail. */
  readonly retry?: boolean;
  readonly grace?: Grace;
  /** The wall around the command: tests that agents wrote are foreign code. Absent where none is to stand. */
  readonly wall?: GateWall;
};

/**
 * Runs a check and reports what it showed, without judging it; `gateVerdict` does that. Never throws for
 * anything the command, its output or its report do. The command is never rewritten. After a red end it is
 * run once more, and a failure that does not repeat makes the report flaky. See `docs/spec/gates.md`.
 */
export async function runGate(order: GateOrder): Promise<GateReport> {
  const startedAt = performance.now();
  const key = keyOf(order);
  const earlier = order.lookUp ? await order.cache?.lookUp(key) : undefined;
  if (earlier !== undefined) return lookedUp(earlier, order);
  const shown = await showResult(order);
  const report = reportOf(order, shown, performance.now() - startedAt);
  await order.cache?.keep(key, report);
  return report;
}

/** What one or two runs showed, before it is put into a report. */
type Shown = {
  readonly end: CommandEnd;
  readonly evidence: GateEvidence;
  readonly reading: Reading | undefined;
  readonly flaky: boolean;
  /** What was red in a first run that the second did not confirm. */
  readonly note?: string;
  readonly kept: boolean;
};

async function showResult(order: GateOrder): Promise<Shown> {
  const refused = commandRefusal(order.spec.command);
  if (refused !== undefined) return notRun(refused);
  const folder = await resolveGateFolder(order.cwd, order.spec);
  if ("refused" in folder) return notRun(folder.refused);
  const output = new OutputFile(order.outputFile);
  const first = await runOnce(order, folder, output);
  const again = order.retry !== false && isRed(first) && order.signal?.aborted !== true;
  const shown = again ? await confirm(first, () => runOnce(order, folder, output, SECOND_RUN)) : first;
  return { ...shown, kept: output.close() };
}

type Once = Omit<Shown, "kept">;

const SECOND_RUN = Buffer.from("\n[the command was red and is run once more]\n");

async function runOnce(
  order: GateOrder,
  folder: GateFolder,
  output: OutputFile,
  heading?: Buffer,
): Promise<Once> {
  const stale = folder.report === undefined ? undefined : await clearReport(folder.report);
  if (stale !== undefined) return { ...notRun(stale) };
  if (heading !== undefined) output.add(heading);
  const end = await runGateCommand({
    command: order.spec.command,
    folder: folder.folder,
    variables: gateVariables(order.environment),
    timeoutMs: timeLimit(order),
    output,
    ...(order.signal === undefined ? {} : { signal: order.signal }),
    ...(order.grace === undefined ? {} : { grace: order.grace }),
    ...(order.wall === undefined ? {} : { wall: order.wall }),
  });
  return { end, flaky: false, ...(await readEvidence(order, folder, end)) };
}

/** A declared report first, then the text of a known tool, then the exit code alone. */
async function readEvidence(
  order: GateOrder,
  folder: GateFolder,
  end: CommandEnd,
): Promise<Pick<Once, "evidence" | "reading">> {
  const { report, reporter } = order.spec;
  // Resolved again, because the command may have put a link where a folder was.
  const file = report === undefined ? undefined : await resolveReport(folder.root, folder.folder, report);
  const declared = file === undefined ? undefined : await readReport(file);
  if (declared !== undefined) return { evidence: "report-file", reading: stable(declared, folder) };
  if (end.result.kind !== "exited") return { evidence: "exit-code", reading: undefined };
  const recognised = recogniseText(end.text, { failed: end.result.code !== 0, reporter });
  if (recognised === undefined) return { evidence: "exit-code", reading: undefined };
  return { evidence: "recognised-text", reading: stable(recognised, folder) };
}

function stable(reading: Reading, folder: GateFolder): Reading {
  const { counts, failing } = reading;
  return failing === undefined ? { counts } : { counts, failing: stableNames(failing, folder.root) };
}

/** The second run is what counts, except where it did not come to its own end. */
async function confirm(first: Once, runAgain: () => Promise<Once>): Promise<Once> {
  const second = await runAgain();
  const aborted = second.end.result.kind === "could-not-run";
  if (second.end.result.kind !== "exited" && !aborted) return first;
  if (aborted) return second;
  const still = new Set(second.reading?.failing);
  const gone = (first.reading?.failing ?? []).filter((name) => !still.has(name));
  const passed = !isRed(second);
  const flaky = passed || (second.reading?.failing !== undefined && gone.length > 0);
  if (!flaky) return second;
  const names = gone.length === 0 ? "" : `: ${gone.slice(0, 20).join(", ")}`;
  return { ...second, flaky, note: `[red in the first run and not in the second${names}]` };
}

function isRed(shown: Once): boolean {
  return shown.end.result.kind === "exited" && shown.end.result.code !== 0;
}

function notRun(reason: string): Shown {
  const result = { kind: "could-not-run", reason } as const;
  return { end: { result, text: "" }, evidence: "exit-code", reading: undefined, flaky: false, kept: false };
}

/** A shell takes an empty command or a comment for success. */
function commandRefusal(command: string): string | undefined {
  if (command.includes("\0")) return "its command contains a NUL";
  const isEmpty = command.split("\n").every((line) => /^\s*(?:#|$)/.test(line));
  return isEmpty ? "its command is empty" : undefined;
}

function timeLimit(order: GateOrder): number {
  const own = order.spec.timeoutSeconds;
  return own === undefined ? order.timeoutMs : Math.min(order.timeoutMs, own * 1000);
}

function reportOf(order: GateOrder, shown: Shown, durationMs: number): GateReport {
  const tail = [shown.note, lastLines(shown.end.text)].filter((part) => part !== undefined).join("\n");
  return {
    gate: order.spec.id,
    tree: order.tree,
    command: order.spec.command,
    environment: gateEnvironmentHash(order.environment),
    result: shown.end.result,
    evidence: shown.evidence,
    counts: shown.reading?.counts ?? {},
    ...(shown.reading?.failing === undefined ? {} : { failing: shown.reading.failing }),
    flaky: shown.flaky,
    lookedUp: false,
    durationMs: Math.round(durationMs),
    tail,
    ...(shown.kept ? { outputFile: order.outputFile } : {}),
    wall: order.wall?.tier ?? "none",
  };
}

function keyOf(order: GateOrder): GateKey {
  const { command, cwd = ".", report = "", reporter = "", net = "none" } = order.spec;
  const environment = gateEnvironmentHash(order.environment);
  return { tree: order.tree, command, environment, cwd, report, reporter, net };
}

/** The earlier report under the asking gate's name; its output file is named only while it exists. */
async function lookedUp(earlier: GateReport, order: GateOrder): Promise<GateReport> {
  const { outputFile, ...rest } = earlier;
  const report = { ...rest, gate: order.spec.id, lookedUp: true };
  if (outputFile === undefined) return report;
  try {
    await access(outputFile);
    return { ...report, outputFile };
  } catch {
    return report;
  }
}
