import { cut, type ReviewReport } from "@breakwater/core";
import type { Denial } from "../door/door.ts";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * A redactor for what is stored of an agent: it replaces the values of the environment whose names sound
 * like secrets, and texts in the shapes of well-known keys. Every pattern matches only characters that JSON
 * does not escape, so that a JSON line stays one.
 */
export function redactorFor(environment: Readonly<Record<string, string>>): Redact {
  const values = Object.entries(environment)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SHORTEST_VALUE)
    .map(([, value]) => JSON.stringify(value).slice(1, -1))
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const known = values.reduce((rest, value) => rest.replaceAll(value, PLACEHOLDER), text);
    return SHAPES.reduce((rest, shape) => rest.replace(shape, `$1${PLACEHOLDER}`), known);
  };
}

/** The same for a text that is no JSON, in which a secret stands as it is. */
export function plainRedactor(redact: Redact): Redact {
  return (text) => JSON.parse(redact(JSON.stringify(text))) as string;
}

/** A denial as it is stored: an agent may have put anything into the call. */
export function redactDenial(denial: Denial, redact: Redact): Denial {
  const clean = (text: string): string => cut(redact(text), MOST_DENIAL_TEXT);
  const { tool, path, forAgent, forPerson } = denial;
  return {
    ...denial,
    tool: clean(tool),
    path: clean(path),
    forAgent: clean(forAgent),
    forPerson: clean(forPerson),
  };
}

/** A reviewer's report as it is stored: whoever wrote the code that it quotes may have put anything there. */
export function redactReview(review: ReviewReport, redact: Redact): ReviewReport {
  const findings = review.findings.map((finding) => {
    const texts = Object.entries(finding).map(([key, value]) => [
      key,
      typeof value === "string" ? cut(redact(value), MOST_FINDING_TEXT) : value,
    ]);
    return { ...finding, ...Object.fromEntries(texts) };
  });
  return { ...review, findings };
}

const MOST_FINDING_TEXT = 2_000;
const MOST_DENIAL_TEXT = 400;
const PLACEHOLDER = "[redacted]";
const SHORTEST_VALUE = 6;
const SECRET_NAME = /key|token|secret|passw|credential|auth/iu;

/** A word begins here, also behind a line end as JSON writes it. */
const BEGINS = String.raw`(?:\b|(?<=\\[bfnrt]))()`;

const WORDS: readonly string[] = [
  "(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",
  "(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-)[A-Za-z0-9_-]{16,}",
  String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
  "AIza[A-Za-z0-9_-]{30,}",
  String.raw`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`,
];

const SHAPES: readonly RegExp[] = [
  ...WORDS.map((word) => new RegExp(`${BEGINS}${word}`, "gu")),
  /((?:\b|(?<=\\[bfnrt]))Bearer )[A-Za-z0-9._~+/=-]{12,}/giu,
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"\\]{1,100}:)[^\s/@"\\]{3,200}(?=@)/giu,
  /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[A-Za-z0-9+/=\s\\]{1,10000}/gu,
];
