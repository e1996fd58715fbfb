import {
  FINDING_CLASSES,
  REVIEW_DIMENSIONS,
  REVIEW_MARKS,
  REVIEW_VERDICTS,
  type ReviewFinding,
  type ReviewReport,
} from "@breakwater/core";
import { isJsonObject, type JsonObject, numberOf, oneOf, parseJson, present, textOf } from "./json-shape.ts";

const OPTIONAL_TEXT: JsonObject = { type: ["string", "null"] };
const MOST_FINDINGS = 100;
const MOST_TEXT = 2_000;

const FINDING_FIELDS: JsonObject = {
  id: { type: "string" },
  claim: { type: "string", description: "One sentence." },
  confidence: { type: "number", description: "In percent." },
  dimension: { type: "string", enum: REVIEW_DIMENSIONS },
  class: { type: "string", enum: FINDING_CLASSES },
  file: OPTIONAL_TEXT,
  line: { type: ["integer", "null"] },
  symbol: { ...OPTIONAL_TEXT, description: "A name that stands in the file." },
  check: { ...OPTIONAL_TEXT, description: "A command that exits 0 while the fault is there." },
};

const MARKS: JsonObject = Object.fromEntries(
  REVIEW_DIMENSIONS.map((each) => [each, { type: "string", enum: REVIEW_MARKS }]),
);

/**
 * The report that a reviewer is asked for by schema. Every field is required and what does not apply is null,
 * so that each client that takes a schema takes this one.
 */
export const REVIEW_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["verdict", "summary", "dimensions", "findings"],
  properties: {
    verdict: { type: "string", enum: REVIEW_VERDICTS },
    summary: { type: "string" },
    dimensions: {
      type: "object",
      additionalProperties: false,
      required: REVIEW_DIMENSIONS,
      properties: MARKS,
    },
    findings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: Object.keys(FINDING_FIELDS),
        properties: FINDING_FIELDS,
      },
    },
  },
};

/**
 * Reads a reviewer's report; `undefined` where it is none. Strict in what counts: without a verdict, or with a
 * finding that lacks its claim, confidence, dimension or class, nobody knows what was meant. A dimension without
 * a mark stays unknown. Bounded; never throws.
 */
export function readReview(value: unknown): ReviewReport | undefined {
  if (!isJsonObject(value)) return undefined;
  const verdict = oneOf(value.verdict, REVIEW_VERDICTS);
  if (verdict === undefined || !Array.isArray(value.findings)) return undefined;
  const items: readonly unknown[] = value.findings.slice(0, MOST_FINDINGS);
  const findings = items.flatMap((item, index) => findingOf(item, index) ?? []);
  if (findings.length !== items.length) return undefined;
  const marks = isJsonObject(value.dimensions) ? value.dimensions : {};
  const dimensions = Object.fromEntries(
    REVIEW_DIMENSIONS.flatMap((each) => {
      const mark = oneOf(marks[each], REVIEW_MARKS);
      return mark === undefined ? [] : [[each, mark]];
    }),
  );
  return { verdict, dimensions, findings };
}

/** Reads the last block marked `review` in a message. */
export function readReviewBlock(text: string): ReviewReport | undefined {
  const block = [...text.matchAll(/^```review[ \t]*\n([\s\S]*?)^```/gmu)].at(-1)?.[1];
  return block === undefined ? undefined : readReview(parseJson(block));
}

/** Findings are numbered by us, so that no two have the same id. */
function findingOf(value: unknown, index: number): ReviewFinding | undefined {
  if (!isJsonObject(value)) return undefined;
  const claim = short(value.claim);
  const confidence = numberOf(value.confidence);
  const dimension = oneOf(value.dimension, REVIEW_DIMENSIONS);
  const kind = oneOf(value.class, FINDING_CLASSES);
  if (claim === undefined || dimension === undefined || kind === undefined) return undefined;
  if (confidence === undefined || confidence < 0 || confidence > 100) return undefined;
  return {
    id: `F${index + 1}`,
    claim,
    confidence,
    dimension,
    class: kind,
    ...present({
      file: short(value.file),
      line: numberOf(value.line),
      symbol: short(value.symbol),
      check: lineOf(value.check),
    }),
  };
}

/** A command of more lines is none that a person can judge at a glance; the finding stands without it. */
function lineOf(value: unknown): string | undefined {
  const text = short(value);
  return text === undefined || /[\r\n]/u.test(text) ? undefined : text;
}

function short(value: unknown): string | undefined {
  const text = textOf(value)?.trim().slice(0, MOST_TEXT);
  return text === "" ? undefined : text;
}
