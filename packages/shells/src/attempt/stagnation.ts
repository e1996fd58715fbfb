import { isJsonObject, isTextList, numberOf, oneOf, textOf } from "@breakwater/agents";
import {
  STAGNATION_CLASSES,
  STAGNATION_LEVELS,
  STAGNATION_PATTERNS,
  STAGNATION_RESPONSES,
  type StagnationDetection,
  type StagnationResponse,
} from "@breakwater/core";

/** A loop that the host found, and what it did about it. */
export type Stagnation = {
  readonly detection: StagnationDetection;
  readonly response: StagnationResponse;
};

/** Reads a stagnation from a line or a result file; undefined for what is none. */
export function readStagnation(value: unknown): Stagnation | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.detection)) return undefined;
  const { detection } = value;
  const response = oneOf(value.response, STAGNATION_RESPONSES);
  const pattern = oneOf(detection.pattern, STAGNATION_PATTERNS);
  const level = oneOf(detection.level, STAGNATION_LEVELS);
  const errorClass = oneOf(detection.class, STAGNATION_CLASSES);
  const occurrences = numberOf(detection.occurrences);
  if (response === undefined || pattern === undefined || level === undefined || errorClass === undefined)
    return undefined;
  if (occurrences === undefined || !isTextList(detection.calls)) return undefined;
  return {
    response,
    detection: {
      pattern,
      level,
      class: errorClass,
      file: textOf(detection.file) ?? null,
      occurrences,
      calls: detection.calls,
      evidence: textOf(detection.evidence) ?? "",
    },
  };
}
