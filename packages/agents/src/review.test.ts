import { REVIEW_DIMENSIONS } from "@breakwater/core";
import { describe, expect, it } from "vitest";
import { readLastWord } from "./claim.ts";
import { readReport } from "./report.ts";
import { readReview, REVIEW_SCHEMA } from "./review.ts";

const FINDING = {
  claim: "The limit is never reset",
  confidence: 90,
  dimension: "implementation",
  class: "in-scope-blocker",
};
const REVIEW = { verdict: "fix-required", dimensions: { tests: "fail", odd: "pass" }, findings: [FINDING] };
const READ = {
  verdict: "fix-required",
  dimensions: { tests: "fail" },
  findings: [{ ...FINDING, id: "F1" }],
};

describe("a reviewer's report", () => {
  // conforms: reviewer-content
  it("is read from its block and by its schema alike, with eight dimensions", () => {
    const message = `\`\`\`review\n${JSON.stringify(REVIEW)}\n\`\`\`\nSTATUS: done — looked`;
    expect(readLastWord(message)).toMatchObject({ claim: { kind: "done" }, review: READ });
    expect(readReport({ ...REVIEW, summary: "looked" })).toMatchObject({
      claim: { kind: "done", summary: "looked" },
      review: READ,
    });
    expect(REVIEW_DIMENSIONS.length).toBe(8);
    expect(REVIEW_SCHEMA).toMatchObject({ properties: { dimensions: { required: REVIEW_DIMENSIONS } } });
  });

  it.each<[string, unknown]>([
    ["no object", "fine"],
    ["no verdict", { ...REVIEW, verdict: "LGTM" }],
    ["no list of findings", { verdict: "proceed" }],
    ["a finding without a claim", { ...REVIEW, findings: [{ ...FINDING, claim: " " }] }],
    ["a finding of no class", { ...REVIEW, findings: [{ ...FINDING, class: "nit" }] }],
    ["a finding of no dimension", { ...REVIEW, findings: [{ ...FINDING, dimension: "style" }] }],
    ["a confidence that is no share", { ...REVIEW, findings: [FINDING, { ...FINDING, confidence: 900 }] }],
    ["a confidence in words", { ...REVIEW, findings: [{ ...FINDING, confidence: "high" }] }],
  ])("with %s is none", (_what, value) => {
    expect(readReview(value)).toBeUndefined();
    expect(readReport({ ...(typeof value === "object" ? value : {}), verdict: "x" })?.review).toBeUndefined();
  });

  it("keeps no command of more than one line, and at most 100 findings under ids of ours", () => {
    const findings = Array.from({ length: 300 }, () => ({
      ...FINDING,
      id: "same",
      check: "a\nb",
      file: null,
    }));
    const read = readReview({ ...REVIEW, findings })?.findings ?? [];
    expect(new Set(read.map(({ id }) => id)).size).toBe(100);
    expect(read[0]).toEqual({ ...FINDING, id: "F1" });
  });
});
