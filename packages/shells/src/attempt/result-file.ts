import { readFile } from "node:fs/promises";
import { isJsonObject, isTextList, numberOf, parseJson, present } from "@breakwater/agents";
import type { AttemptReport, AttemptUsage } from "@breakwater/core";
import { publishFile } from "@breakwater/node";
import type { Denial } from "../door/door.ts";
import type { AttemptOrder } from "./order.ts";
import { readStagnation, type Stagnation } from "./stagnation.ts";

/** What a host leaves behind: its report, what its door refused and which loops it saw, in the order of happening. */
export type AttemptResult = {
  readonly report: AttemptReport;
  readonly denials: readonly Denial[];
  readonly stagnations: readonly Stagnation[];
};

/** Writes the one final result of an attempt; a reader sees it whole or not at all. */
export async function writeResult(order: AttemptOrder, result: AttemptResult): Promise<void> {
  const content = { version: 1, attempt: order.attempt, token: order.token, ...result };
  await publishFile(order.resultFile, `${JSON.stringify(content)}\n`, "replace");
}

/**
 * The result that belongs to exactly this order, or `undefined`. A file of another start, another version or
 * another shape is no answer, so a stale or forged file is never taken for one.
 */
export async function readResult(order: AttemptOrder): Promise<AttemptResult | undefined> {
  const value = parseJson(await readFile(order.resultFile, "utf8").catch(() => ""));
  if (!isJsonObject(value) || value.version !== 1) return undefined;
  if (value.token !== order.token || value.attempt !== order.attempt) return undefined;
  const { report, denials, stagnations } = value;
  if (!isReport(report) || !Array.isArray(denials)) return undefined;
  const loops = Array.isArray(stagnations) ? stagnations.flatMap((each) => readStagnation(each) ?? []) : [];
  return { report, denials: denials.filter(isDenial), stagnations: loops };
}

/** What is known of an attempt that left no report: why, and which conversation it led. */
export type Loss = { readonly reason: string; readonly runtimeSession?: string };

/** The report of an attempt that left none; `usage` is the last that was heard. */
export function lostReport({ reason, runtimeSession }: Loss, usage?: AttemptUsage): AttemptReport {
  return {
    ending: { kind: "lost", reason },
    exitCode: null,
    claim: { kind: "missing" },
    usage: usage ?? { turns: 0, toolCalls: 0, denials: 0 },
    findings: [],
    questions: [],
    ...present({ runtimeSession }),
  };
}

function isReport(value: unknown): value is AttemptReport {
  if (!isJsonObject(value)) return false;
  const { ending, claim, usage, findings, questions } = value;
  return (
    isJsonObject(ending) &&
    typeof ending.kind === "string" &&
    isJsonObject(claim) &&
    typeof claim.kind === "string" &&
    isJsonObject(usage) &&
    numberOf(usage.turns) !== undefined &&
    Array.isArray(findings) &&
    Array.isArray(questions)
  );
}

function isDenial(value: unknown): value is Denial {
  if (!isJsonObject(value)) return false;
  const { tool, path, rule, allowed, forAgent, forPerson } = value;
  return isTextList([tool, path, rule, forAgent, forPerson]) && typeof allowed === "boolean";
}
