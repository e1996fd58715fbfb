import type { Reading } from "../reading.ts";
import { type XmlEvent, scanXml } from "./xml-scan.ts";

/**
 * Reads a JUnit XML report; `undefined` where it is not one or not well-formed. A case fails by a `failure`
 * or `error` element directly in it. Failures that the root counts but no case shows make the names
 * incomplete.
 */
export function readJunit(text: string): Reading | undefined {
  const events = scanXml(text);
  const root = events?.[0];
  if (events === undefined || root?.kind !== "open") return undefined;
  if (root.name !== "testsuites" && root.name !== "testsuite") return undefined;
  const tally = tallyCases(events);
  const declared = wholeNumber(root.attributes.get("failures")) + wholeNumber(root.attributes.get("errors"));
  const failed = Math.max(tally.failing.length, declared);
  return { counts: { passed: tally.passed, failed, skipped: tally.skipped }, failing: tally.failing };
}

type Tally = { passed: number; skipped: number; readonly failing: string[] };
type Case = { readonly name: string; outcome: "passed" | "failed" | "skipped" };

function tallyCases(events: readonly XmlEvent[]): Tally {
  const tally: Tally = { passed: 0, skipped: 0, failing: [] };
  const suites: string[] = [];
  let current: Case | undefined;
  for (const event of events) {
    if (event.name === "testsuite") {
      if (event.kind === "open") suites.push(event.attributes.get("name") ?? "");
      else suites.pop();
    } else if (event.name === "testcase") {
      if (event.kind === "open") current = { name: caseName(event.attributes, suites), outcome: "passed" };
      else settle(current, tally);
    } else if (event.kind === "open" && current !== undefined) {
      if (event.name === "failure" || event.name === "error") current.outcome = "failed";
      if (event.name === "skipped" && current.outcome === "passed") current.outcome = "skipped";
    }
  }
  return tally;
}

function settle(done: Case | undefined, tally: Tally): void {
  if (done === undefined) return;
  if (done.outcome === "failed") tally.failing.push(done.name);
  else tally[done.outcome] += 1;
}

function caseName(attributes: ReadonlyMap<string, string>, suites: readonly string[]): string {
  const group = attributes.get("classname") ?? "";
  const parts = suites.includes(group) ? suites : [...suites, group];
  return [...parts, attributes.get("name") ?? "?"].filter((part) => part !== "").join(" > ");
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
