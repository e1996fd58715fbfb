import { taskOfAttempt, treeId } from "../../ids.ts";
import type { AttemptId, TreeId } from "../../ids.ts";
import type { Command } from "../command.ts";
import type { GateReport } from "../gate-report.ts";
import { after, listOf, oneOf } from "./script.test-support.ts";

type RunGate = Extract<Command, { readonly type: "run-gate" }>;
type Made = { readonly tree: TreeId; readonly holds: readonly AttemptId[] };

const SHOWS = ["green", "flaky", "red", "unknown", "missing", "other-tree", "other-command"] as const;

/** What a gate shows, and on which commits or for which purpose. A later rule beats an earlier one. */
export type GateRule = {
  /** The id of a gate, or the command of a task's own check. */
  readonly of: string;
  readonly shows: (typeof SHOWS)[number];
  readonly names: readonly string[];
  /** Tasks or attempts whose change the commit must hold, and must not hold. */
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly at: string | undefined;
};

/** Reads `gate test red a,b with T1,T2 without T2F1 at final`. */
export function gateRuleLine(words: readonly string[]): GateRule {
  const [, of = "", shows] = words;
  const word = words[3];
  const named = shows === "red" && word !== undefined && !["with", "without", "at"].includes(word);
  return {
    of,
    shows: oneOf(SHOWS, shows),
    names: named ? listOf(word) : [],
    with: listOf(after(words, "with")),
    without: listOf(after(words, "without")),
    at: after(words, "at"),
  };
}

/** The report of a check on a commit, by the newest rule that speaks of it; green without one. */
export function reportBy(rules: readonly GateRule[], { run, spec }: RunGate, made: Made): GateReport {
  const holds = (name: string): boolean =>
    made.holds.some((each) => each === name || taskOfAttempt(each) === name);
  const rule = rules.findLast(
    (each) =>
      (each.of === run.gate || each.of === spec.command) &&
      each.with.every(holds) &&
      !each.without.some(holds) &&
      (each.at === undefined || each.at === run.purpose.kind),
  );
  const green: GateReport = {
    gate: spec.id,
    tree: made.tree,
    command: spec.command,
    environment: "scenario",
    result: { kind: "exited", code: 0 },
    evidence: "report-file",
    counts: { passed: 10, failed: 0 },
    failing: [],
    flaky: false,
    lookedUp: false,
    durationMs: 1,
    tail: "",
  };
  return rule === undefined ? green : { ...green, ...shown(rule) };
}

function shown({ shows, names }: GateRule): Partial<GateReport> {
  const tail = names.map((name) => `${name} failed`).join("\n");
  switch (shows) {
    case "green":
      return {};
    case "flaky":
      return { flaky: true };
    case "red":
      return names.length === 0
        ? { result: { kind: "exited", code: 1 }, evidence: "exit-code", counts: {}, failing: [] }
        : { result: { kind: "exited", code: 1 }, counts: { failed: names.length }, failing: names, tail };
    case "unknown":
      return { result: { kind: "signalled", signal: "SIGKILL" }, counts: {}, failing: [] };
    case "missing":
      return { result: { kind: "missing-command", program: "npm" }, counts: {}, failing: [] };
    case "other-tree":
      return { tree: treeId("another-tree") };
    case "other-command":
      return { command: "true" };
  }
}
