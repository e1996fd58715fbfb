import type { AgentResult } from "@breakwater/agents";
import { type AttemptReport, cut } from "@breakwater/core";
import type { Redact } from "./redact.ts";

const MOST_CLAIM = 4_000;

/** What is stored of a result: secrets taken out of every text in it, and each cut to a bound. */
export function cleanResult(
  {
    ending,
    exitCode,
    claim,
    findings,
    questions,
  }: Omit<AgentResult, "ending"> & Pick<AttemptReport, "ending">,
  redact: Redact,
): Pick<AttemptReport, "ending" | "exitCode" | "claim" | "findings" | "questions"> {
  const clean = (text: string): string => cut(redact(text), MOST_CLAIM);
  return {
    ending: cleanTexts(ending, clean),
    exitCode,
    claim: cleanTexts(claim, clean),
    findings: findings.map((finding) => ({ ...finding, claim: clean(finding.claim) })),
    questions: questions.map(clean),
  };
}

/** Words that this program chose say what kind of thing it is. */
const OWN_WORDS: ReadonlySet<string> = new Set(["kind", "class", "limit", "pattern"]);

function cleanTexts<Fields extends object>(fields: Fields, clean: Redact): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "string" && !OWN_WORDS.has(key) ? clean(value) : value,
    ]),
  ) as Fields;
}
