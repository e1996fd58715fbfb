import { type Failure, type GateReport, type GateVerdict, unreachable } from "@breakwater/core";

/**
 * Says in words why a gate is not green; `undefined` where it is. Each code has a page in `docs/errors`.
 * Names of failures come from the repository: they are bounded here, and escaped by whoever shows them.
 */
export function gateFailure(report: GateReport, verdict: GateVerdict): Failure | undefined {
  switch (verdict.kind) {
    case "green":
      return undefined;
    case "red":
      return redFailure(report, verdict.newFailures);
    case "unknown":
      return unknownFailure(report, verdict.reason);
  }
  return unreachable(verdict);
}

const SHOWN_NAMES = 5;

function redFailure(report: GateReport, names: readonly string[]): Failure {
  if (report.result.kind === "timed-out") {
    return {
      code: "BW731",
      message: `Gate ${report.gate} did not end within ${report.result.afterMs} ms; on the base tree it did`,
      why: "The change is the likelier cause: a loop, a test that waits for ever, or much slower code.",
      fix: "Read the end of its output for the test that ran last, or raise the gate's timeout in the plan.",
    };
  }
  const shown = names.slice(0, SHOWN_NAMES).join("; ");
  const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : "";
  return {
    code: "BW730",
    message: `Gate ${report.gate} is red${names.length === 0 ? "" : `: ${shown}${more}`}`,
    why: "These failures are not in the baseline, so the session's own changes brought them.",
    fix: `Repair them, or run ${JSON.stringify(report.command)} yourself to see them.`,
  };
}

function unknownFailure(report: GateReport, reason: string): Failure {
  const message = `Nobody can say whether gate ${report.gate} is green: ${reason}`;
  const { result } = report;
  switch (result.kind) {
    case "exited":
      return result.code === 0
        ? { code: "BW733", message, fix: CHECK_RUNS }
        : { code: "BW732", message, fix: NAME_THEM };
    case "missing-command":
      return {
        code: "BW734",
        message,
        fix: "Install the program, or correct the gate's command in the plan or Session Config.",
      };
    case "could-not-run":
      return {
        code: "BW735",
        message,
        fix: "Correct the gate's command, folder or report in the plan or Session Config.",
      };
    case "timed-out":
      return {
        code: "BW736",
        message,
        fix: "Raise the gate's timeout in the plan, or make the command faster.",
      };
    case "signalled":
      return { code: "BW737", message, fix: "Free memory or lower max-parallel, then run the gate again." };
  }
  return unreachable(result);
}

const CHECK_RUNS = "Make the command run its tests and exit with another code than 0 when one fails.";
const NAME_THEM =
  "Declare a report file for the gate, repair the base first, or accept that the gate is red.";
