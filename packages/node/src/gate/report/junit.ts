import type { Reading } from "../reading.ts";
import { type XmlEvent, type XmlOpening, scanXml } from "./xml-scan.ts";

/**
 * Reads a JUnit XML report; `undefined` where it is not one or not well-formed. A case fails by a `failure`
 * or `error` element directly in it. Failures that the root counts but no case shows make the names
 * incomplete.
 */
export function readJunit(text: string): Reading | undefined {
  const tally: Tally = {
    passed: 0,
    skipped: 0,
    failing: [],
    suites: [],
    root: undefined,
    current: undefined,
  };
  if (!scanXml(text, (event) => follow(event, tally))) return undefined;
  const { passed, skipped, failing, root } = tally;
  if (root?.name !== "testsuites" && root?.name !== "testsuite") return undefined;
  const declared = wholeNumber(root.attributes.get("failures")) + wholeNumber(root.attributes.get("errors"));
  return { counts: { passed, failed: Math.max(failing.length, declared), skipped }, failing };
}

type Case = { readonly name: string; outcome: "passed" | "failed" | "skipped" };
type Tally = {
  passed: number;
  skipped: number;
  readonly failing: string[];
  /** Names of the open suites, the outermost first. */
  readonly suites: string[];
  root: XmlOpening | undefined;
  current: Case | undefined;
};

function follow(event: XmlEvent, tally: Tally): void {
  if (event.kind === "open") return enter(event, tally);
  if (event.name === "testsuite") tally.suites.pop();
  if (event.name === "testcase") settle(tally.current, tally);
}

function enter(event: XmlOpening, tally: Tally): void {
  const { name, attributes } = event;
  tally.root ??= event;
  if (name === "testsuite") tally.suites.push(attributes.get("name") ?? "");
  else if (name === "testcase")
    tally.current = { name: caseName(attributes, tally.suites), outcome: "passed" };
  else if (tally.current === undefined) return;
  else if (name === "failure" || name === "error") tally.current.outcome = "failed";
  else if (name === "skipped" && tally.current.outcome === "passed") tally.current.outcome = "skipped";
}

function settle(done: Case | undefined, tally: Tally): void {
  tally.current = undefined;
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
