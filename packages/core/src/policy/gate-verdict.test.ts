import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gateId, treeId } from "../ids.ts";
import type { GateExit, GateReport } from "../run/gate-report.ts";
import { gateVerdict } from "./gate-verdict.ts";

const report = (more: Partial<GateReport> = {}): GateReport => ({
  gate: gateId("test"),
  tree: treeId("a".repeat(40)),
  command: "npm test",
  environment: "e",
  result: { kind: "exited", code: 0 },
  evidence: "exit-code",
  counts: {},
  flaky: false,
  lookedUp: false,
  durationMs: 1,
  tail: "",
  ...more,
});
const exited = (code: number): GateExit => ({ kind: "exited", code });
const red = (failing?: readonly string[], more: Partial<GateReport> = {}): GateReport =>
  report({
    result: exited(1),
    ...(failing === undefined
      ? {}
      : { failing, counts: { failed: failing.length }, evidence: "report-file" }),
    ...more,
  });
const green = (more: Partial<GateReport> = {}) => report(more);
const timedOut: GateExit = { kind: "timed-out", afterMs: 5000 };

describe("the verdict on a command that exited with 0", () => {
  it("is green", () => {
    expect(gateVerdict(green())).toEqual({ kind: "green", flaky: false, knownFailures: [] });
    expect(gateVerdict(green({ counts: { failed: 0 } }))).toMatchObject({ kind: "green" });
  });

  it("is green and flagged where only the second run passed", () => {
    expect(gateVerdict(green({ flaky: true }))).toMatchObject({ kind: "green", flaky: true });
  });

  it("is unknown where a reporter counted tests and none ran", () => {
    expect(gateVerdict(green({ counts: { passed: 0, failed: 0 } })).kind).toBe("unknown");
    expect(gateVerdict(green({ counts: { passed: 0, skipped: 4 } })).kind).toBe("unknown");
  });

  it("is red where the report file shows failures all the same", () => {
    const hidden = green({ evidence: "report-file", failing: ["a"], counts: { failed: 1 } });
    expect(gateVerdict(hidden)).toEqual({ kind: "red", newFailures: ["a"] });
    expect(gateVerdict(green({ evidence: "report-file", counts: { failed: 1 } })).kind).toBe("red");
  });

  it("is unknown where only printed text tells of failures, because a test may have printed it", () => {
    const printed = green({ evidence: "recognised-text", failing: ["a"], counts: { failed: 1 } });
    expect(gateVerdict(printed).kind).toBe("unknown");
  });
});

// conforms: gate-baseline
describe("the verdict on a command that failed", () => {
  it("is red without a baseline", () => {
    expect(gateVerdict(red(["a"]))).toEqual({ kind: "red", newFailures: ["a"] });
    expect(gateVerdict(red())).toEqual({ kind: "red", newFailures: [] });
  });

  it("is red with a green baseline", () => {
    expect(gateVerdict(red(["a"]), green())).toEqual({ kind: "red", newFailures: ["a"] });
    expect(gateVerdict(red(), green())).toEqual({ kind: "red", newFailures: [] });
  });

  it("names only what is new", () => {
    expect(gateVerdict(red(["a", "b"]), red(["a"]))).toEqual({ kind: "red", newFailures: ["b"] });
  });

  it("is green with the known failures where nothing is new", () => {
    expect(gateVerdict(red(["a"]), red(["a", "b"]))).toEqual({
      kind: "green",
      flaky: false,
      knownFailures: ["a"],
    });
  });

  it("is unknown where it was red before and names are missing on one side", () => {
    expect(gateVerdict(red(), red()).kind).toBe("unknown");
    expect(gateVerdict(red(["a"]), red()).kind).toBe("unknown");
    expect(gateVerdict(red(), red(["a"])).kind).toBe("unknown");
    expect(gateVerdict(red([]), red(["a"])).kind).toBe("unknown");
  });

  it("is unknown where more failures were counted than named, on either side", () => {
    const incomplete = red(["a"], { counts: { failed: 2 } });
    expect(gateVerdict(incomplete, red(["a"])).kind).toBe("unknown");
    expect(gateVerdict(red(["a", "b"]), incomplete).kind).toBe("unknown");
    expect(gateVerdict(red(["a", "b"], { counts: { failed: 3 } }), red(["a"])).kind).toBe("red");
  });

  it("is unknown where the failures are known but the exit code was 0 before", () => {
    const hidden = green({ evidence: "report-file", failing: ["a"], counts: { failed: 1 } });
    expect(gateVerdict(red(["a"]), hidden).kind).toBe("unknown");
    expect(gateVerdict(hidden, hidden)).toMatchObject({ kind: "green", knownFailures: ["a"] });
  });

  it("ignores a baseline of another command and one that showed nothing", () => {
    expect(gateVerdict(red(["a"]), red(["a"], { command: "other" })).kind).toBe("red");
    expect(gateVerdict(red(["a"]), report({ result: timedOut })).kind).toBe("red");
  });
});

describe("the verdict on a command that did not come to its end", () => {
  it("is unknown", () => {
    const ends: readonly GateExit[] = [
      timedOut,
      { kind: "signalled", signal: "SIGKILL" },
      { kind: "missing-command", program: "vitest" },
      { kind: "could-not-run", reason: "no folder" },
    ];
    for (const result of ends) {
      expect(gateVerdict(report({ result })).kind).toBe("unknown");
      expect(gateVerdict(report({ result }), red()).kind).toBe("unknown");
    }
  });

  it("is red for a command out of time that ended well on the base tree", () => {
    expect(gateVerdict(report({ result: timedOut }), green())).toEqual({ kind: "red", newFailures: [] });
    expect(gateVerdict(report({ result: { kind: "signalled", signal: "SIGKILL" } }), green()).kind).toBe(
      "unknown",
    );
  });
});

const anyExit: fc.Arbitrary<GateExit> = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map(exited),
  fc.constantFrom<GateExit>(
    timedOut,
    { kind: "signalled", signal: "SIGTERM" },
    { kind: "missing-command", program: "x" },
  ),
);
const anyReport: fc.Arbitrary<GateReport> = fc
  .record({
    result: anyExit,
    evidence: fc.constantFrom("report-file", "recognised-text", "exit-code"),
    failing: fc.option(fc.uniqueArray(fc.constantFrom("a", "b", "c")), { nil: undefined }),
    failed: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    flaky: fc.boolean(),
  })
  .map(({ failing, failed, ...rest }) =>
    report({
      ...rest,
      counts: failed === undefined ? {} : { failed },
      ...(failing === undefined ? {} : { failing }),
    }),
  );

/** True where every failure that was counted has a name, and there is one. */
const isNamed = (each: GateReport): boolean =>
  (each.failing ?? []).length >= Math.max(1, each.counts.failed ?? 0);
const failed = (each: GateReport): boolean => each.result.kind === "exited" && each.result.code !== 0;
const within = (names: readonly string[], all: readonly string[] = []): boolean =>
  names.every((name) => all.includes(name));

describe("every verdict", () => {
  it("is never green for a failed command unless each failure has a name that the baseline knows", () => {
    const holds = (now: GateReport, before: GateReport | undefined): boolean =>
      gateVerdict(now, before).kind !== "green" ||
      (now.result.kind === "exited" &&
        (!failed(now) || isNamed(now)) &&
        within(now.failing ?? [], before?.failing));
    expect(() =>
      fc.assert(fc.property(anyReport, fc.option(anyReport, { nil: undefined }), holds), { numRuns: 1000 }),
    ).not.toThrow();
  });

  it("names as new only what fails now and did not fail before", () => {
    const holds = (now: GateReport, before: GateReport): boolean => {
      const verdict = gateVerdict(now, before);
      if (verdict.kind !== "red") return true;
      const known = verdict.newFailures.some((name) => failed(before) && before.failing?.includes(name));
      return within(verdict.newFailures, now.failing) && !known;
    };
    expect(() => fc.assert(fc.property(anyReport, anyReport, holds), { numRuns: 1000 })).not.toThrow();
  });
});
