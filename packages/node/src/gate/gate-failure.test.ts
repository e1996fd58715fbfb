import { existsSync } from "node:fs";
import { join } from "node:path";
import { type GateExit, type GateReport, type GateVerdict, gateId, treeId } from "@breakwater/core";
import { describe, expect, it } from "vitest";
import { gateFailure } from "./gate-failure.ts";

const report = (result: GateExit): GateReport => ({
  gate: gateId("test"),
  tree: treeId("a".repeat(40)),
  command: "npm test",
  environment: "e",
  result,
  evidence: "exit-code",
  counts: {},
  flaky: false,
  lookedUp: false,
  durationMs: 1,
  tail: "",
});
const unknown: GateVerdict = { kind: "unknown", reason: "because" };
const red = (newFailures: readonly string[] = []): GateVerdict => ({ kind: "red", newFailures });
const timedOut: GateExit = { kind: "timed-out", afterMs: 5000 };

describe("saying why a gate is not green", () => {
  it("has one code with a page per cause", () => {
    const codes = [
      gateFailure(report({ kind: "exited", code: 1 }), red(["a"])),
      gateFailure(report(timedOut), red()),
      gateFailure(report({ kind: "exited", code: 1 }), unknown),
      gateFailure(report({ kind: "exited", code: 0 }), unknown),
      gateFailure(report({ kind: "missing-command", program: "x" }), unknown),
      gateFailure(report({ kind: "could-not-run", reason: "x" }), unknown),
      gateFailure(report(timedOut), unknown),
      gateFailure(report({ kind: "signalled", signal: "SIGKILL" }), unknown),
    ].map((failure) => failure?.code ?? "none");
    expect(codes).toEqual(["BW730", "BW731", "BW732", "BW733", "BW734", "BW735", "BW736", "BW737"]);
    const pages = join(import.meta.dirname, "../../../../docs/errors");
    expect(codes.filter((code) => !existsSync(join(pages, `${code}.md`)))).toEqual([]);
  });

  it("has nothing to say of a green one", () => {
    const green: GateVerdict = { kind: "green", flaky: false, knownFailures: [] };
    expect(gateFailure(report({ kind: "exited", code: 0 }), green)).toBeUndefined();
  });

  it("names some of many failures and counts the rest", () => {
    const failure = gateFailure(
      report({ kind: "exited", code: 1 }),
      red(["a", "b", "c", "d", "e", "f", "g"]),
    );
    expect(failure?.message).toBe("Gate test is red: a; b; c; d; e and 2 more");
  });
});
