import type { AttemptClaim, Finding, ReviewReport } from "@breakwater/core";
import { isJsonObject, isTextList, oneOf, parseJson, present, textOf } from "./json-shape.ts";
import { readReviewBlock } from "./review.ts";

/** What an agent's last message says of its work; all of it claims, none of it checked. */
export type LastWord = {
  readonly claim: AttemptClaim;
  readonly findings: readonly Finding[];
  readonly questions: readonly string[];
  /** What a reviewer says; absent where the message holds no such report. */
  readonly review?: ReviewReport;
};

/**
 * Reads the last message of an agent: its `STATUS:` line, its `findings` block and its questions, in the
 * form that every prompt asks for (`docs/spec/adapter.md`). The last status line counts; a message without
 * one is a missing claim. Bounded; never throws.
 */
export function readLastWord(message: string): LastWord {
  const text = message.slice(-MOST_TEXT);
  return {
    claim: claimOf(text),
    findings: findingsOf(text),
    questions: questionsOf(text),
    ...present({ review: readReviewBlock(text) }),
  };
}

const MOST_TEXT = 256 * 1024;
const MOST_FINDINGS = 200;
const MOST_QUESTIONS = 20;

function claimOf(text: string): AttemptClaim {
  const line = [...text.matchAll(/^[ \t>*`]*STATUS:[ \t]*(\S.*)$/gmu)].at(-1)?.[1]?.replace(/[`*\s]+$/u, "");
  const parts = /^(done|partial|failed|no-op|no-tests-needed)\b[ \t]*(?:—|–|-|:)?[ \t]*(.*)$/u.exec(
    line ?? "",
  );
  const word = oneOf(parts?.[1], ["done", "partial", "failed", "no-op", "no-tests-needed"]);
  const rest = parts?.[2] ?? "";
  switch (word) {
    case "done":
      return { kind: "done", summary: rest };
    case "no-op":
    case "no-tests-needed":
      return { kind: "no-op", summary: rest };
    case "failed":
      return { kind: "failed", reason: rest };
    case "partial":
      return partialClaim(rest);
    case undefined:
      return { kind: "missing" };
  }
}

function partialClaim(rest: string): AttemptClaim {
  const [summary = "", ...remaining] = rest.split(/\|[ \t]*REMAINING:[ \t]*/u);
  return { kind: "partial", summary: summary.trim(), remaining: remaining.join(" ").trim() };
}

function findingsOf(text: string): readonly Finding[] {
  const block = [...text.matchAll(/^```findings[ \t]*\n([\s\S]*?)^```/gmu)].at(-1)?.[1];
  const list = block === undefined ? undefined : parseJson(block);
  return Array.isArray(list) ? list.slice(0, MOST_FINDINGS).flatMap(findingOf) : [];
}

function findingOf(value: unknown): readonly Finding[] {
  if (!isJsonObject(value)) return [];
  const claim = textOf(value.claim);
  if (claim === undefined || claim.trim() === "" || !isTextList(value.paths)) return [];
  const check = textOf(value.check);
  return [{ claim, paths: value.paths, ...(check === undefined ? {} : { check }) }];
}

function questionsOf(text: string): readonly string[] {
  return [...text.matchAll(/^OPEN-QUESTIONS:[ \t]*(\S.*)$/gmu)]
    .slice(0, MOST_QUESTIONS)
    .map((match) => (match[1] ?? "").trim());
}
