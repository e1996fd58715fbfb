import type { AttemptClaim, Finding } from "@breakwater/core";
import { type LastWord, readLastWord } from "./claim.ts";
import type { AgentSpec } from "./contract.ts";
import { readReview, REVIEW_SCHEMA } from "./review.ts";
import {
  isJsonObject,
  isTextList,
  type JsonObject,
  oneOf,
  parseJson,
  present,
  textOf,
} from "./json-shape.ts";

/** The final report that the agent is asked for by schema. All of it is a claim. */
export const REPORT_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    status: { type: "string", enum: ["done", "no-op", "partial", "failed"] },
    summary: { type: "string", description: "What is done now; for failed: why it could not be done." },
    remaining: { type: "string", description: "Only for partial: what is left to do." },
    questions: {
      type: "array",
      items: { type: "string" },
      description: "What only a person can decide, with the candidates.",
    },
    findings: {
      type: "array",
      description: "Only for read-only tasks: what was found.",
      items: {
        type: "object",
        properties: {
          claim: { type: "string" },
          paths: { type: "array", items: { type: "string" } },
          check: { type: "string", description: "A command that exits 0 where the claim holds." },
        },
        required: ["claim", "paths"],
        additionalProperties: false,
      },
    },
  },
  required: ["status", "summary"],
  additionalProperties: false,
};

/** The schema that a run is given. */
export function schemaOf({ report }: Pick<AgentSpec, "report">): JsonObject {
  return report === "review" ? REVIEW_SCHEMA : REPORT_SCHEMA;
}

const MOST_QUESTIONS = 20;
const MOST_FINDINGS = 200;

/** Reads a report by schema; `undefined` where it is none, and then the last message counts. */
export function readReport(value: unknown): LastWord | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.verdict !== undefined) return reviewWord(value);
  const claim = claimOf(value);
  if (claim === undefined) return undefined;
  const { questions, findings } = value;
  return {
    claim,
    questions: isTextList(questions) ? questions.slice(0, MOST_QUESTIONS) : [],
    findings: Array.isArray(findings) ? findings.slice(0, MOST_FINDINGS).flatMap(findingOf) : [],
  };
}

/** Reads a last message that may be a report by schema; anything else is read by its `STATUS:` line. */
export function readReportText(message: string): LastWord {
  const report = message.trimStart().startsWith("{") ? readReport(parseJson(message)) : undefined;
  return report ?? readLastWord(message);
}

function reviewWord(value: JsonObject): LastWord | undefined {
  const review = readReview(value);
  if (review === undefined) return undefined;
  const claim = { kind: "done", summary: textOf(value.summary) ?? "" } as const;
  return { claim, questions: [], findings: [], review };
}

function claimOf(report: JsonObject): AttemptClaim | undefined {
  const summary = textOf(report.summary) ?? "";
  const status = oneOf(report.status, ["done", "no-op", "partial", "failed"]);
  switch (status) {
    case "done":
      return { kind: "done", summary };
    case "no-op":
      return { kind: "no-op", summary };
    case "partial":
      return { kind: "partial", summary, remaining: textOf(report.remaining) ?? "" };
    case "failed":
      return { kind: "failed", reason: summary };
    case undefined:
      return undefined;
  }
}

function findingOf(value: unknown): readonly Finding[] {
  if (!isJsonObject(value)) return [];
  const claim = textOf(value.claim);
  if (claim === undefined || claim.trim() === "" || !isTextList(value.paths)) return [];
  return [{ claim, paths: value.paths, ...present({ check: textOf(value.check) }) }];
}
