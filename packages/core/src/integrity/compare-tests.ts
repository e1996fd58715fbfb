import type { IntegrityFinding, IntegrityRule, TextChange } from "./finding.ts";
import { goTests } from "./go-test.ts";
import { javascriptTests } from "./javascript-test.ts";
import { pythonTests } from "./python-test.ts";
import type { TestCase } from "./test-case.ts";

/** Reads the tests of a file by its name; undefined for a file that holds none by any convention. */
export function testsOf(path: string, text: string): readonly TestCase[] | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.endsWith("_test.go")) return goTests(text);
  if (/^test_.*\.py$|_test\.py$|^tests?\.py$/.test(name)) return pythonTests(text);
  if (!/\.[cm]?[jt]sx?$/.test(name)) return undefined;
  const isTest = /\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:__tests__|tests?|specs?)\//.test(path);
  return isTest ? javascriptTests(text) : undefined;
}

type Seen = { readonly path: string; readonly test: TestCase };

/**
 * What a change takes away from its tests. All files count together, so that a test that moved or got another
 * title is no loss; a body that was rewritten is judged by what it still asserts, not by its words.
 */
export function testFindings(changes: readonly TextChange[]): readonly IntegrityFinding[] {
  const [before, after] = [sideOf(changes, "before"), sideOf(changes, "after")];
  const { pairs, gone, fresh } = matched(before, after);
  return [
    ...pairs.flatMap(([old, now]) => weakenings(old, now)),
    ...fresh.flatMap(newcomerFindings),
    ...deletions(gone, fresh),
  ];
}

function sideOf(changes: readonly TextChange[], side: "before" | "after"): readonly Seen[] {
  return changes.flatMap((change) => {
    const text = change[side];
    const tests = text === undefined ? undefined : testsOf(change.path, text);
    return (tests ?? []).map((test) => ({ path: change.path, test }));
  });
}

type Matching = {
  readonly pairs: readonly (readonly [Seen, Seen])[];
  readonly gone: readonly Seen[];
  readonly fresh: readonly Seen[];
};

/** Equal titles belong together, in the same file first; then what has the same body under another title. */
function matched(before: readonly Seen[], after: readonly Seen[]): Matching {
  const pairs: (readonly [Seen, Seen])[] = [];
  let [left, right] = [[...before], [...after]];
  for (const key of [
    ({ path, test }: Seen): string => `${path}\0${test.title}`,
    ({ test }: Seen): string => test.title,
    ({ test }: Seen): string => test.lines.slice(1).join("\n"),
  ]) {
    const waiting = new Map<string, Seen[]>();
    for (const each of right) waiting.set(key(each), [...(waiting.get(key(each)) ?? []), each]);
    const found = new Set<Seen>();
    left = left.filter((each) => {
      const partner = waiting.get(key(each))?.shift();
      if (partner === undefined) return true;
      found.add(partner);
      pairs.push([each, partner]);
      return false;
    });
    right = right.filter((each) => !found.has(each));
  }
  return { pairs, gone: left, fresh: right };
}

function weakenings(old: Seen, { path, test: now }: Seen): readonly IntegrityFinding[] {
  const was = old.test;
  const say = (rule: IntegrityRule, what: string): IntegrityFinding[] => [
    { path, rule, message: `the test ${quoted(now.title)} ${what}` },
  ];
  if (now.focused && !was.focused) return say("integrity:test-focused", "runs alone, and all others do not");
  if (now.skipped && !was.skipped) return say("integrity:test-skipped", "is skipped now");
  if (was.exact + was.vague > 0 && now.exact + now.vague === 0)
    return say("integrity:test-emptied", "asserts nothing any more");
  if (now.swallows && !was.swallows)
    return say("integrity:test-weakened", "drops the failures of its assertions");
  if (now.exact < was.exact && now.vague > was.vague)
    return say("integrity:test-weakened", "asks only whether there is a value where it compared it");
  const lost = was.exact + was.vague - now.exact - now.vague;
  if (lost > 0 && isSubsequence(now.lines, was.lines))
    return say("integrity:test-weakened", `lost ${lost} of its assertions and changed in nothing else`);
  return [];
}

/** A new test is nobody's loss, but one that runs alone switches the others off. */
function newcomerFindings({ path, test }: Seen): readonly IntegrityFinding[] {
  if (!test.focused) return [];
  const message = `the test ${quoted(test.title)} runs alone, and all others do not`;
  return [{ path, rule: "integrity:test-focused", message }];
}

/** As many new tests as are gone count as new titles, as long as together they assert no less. */
function deletions(gone: readonly Seen[], fresh: readonly Seen[]): readonly IntegrityFinding[] {
  const lasting = gone.filter(({ test }) => !test.skipped && test.exact + test.vague > 0);
  const live = fresh.filter(({ test }) => !test.skipped && test.exact + test.vague > 0);
  const exact = (all: readonly Seen[]): number => all.reduce((sum, { test }) => sum + test.exact, 0);
  if (lasting.length === 0) return [];
  if (live.length >= lasting.length && exact(live) >= exact(lasting)) return [];
  const lost = lasting.length - live.length;
  return lasting.slice(0, Math.max(1, lost)).map(({ path, test }) => ({
    path,
    rule: "integrity:test-deleted" as const,
    message:
      lost > 0
        ? `the test ${quoted(test.title)} is gone, and no other took its place`
        : `the test ${quoted(test.title)} is gone, and what took its place asserts less`,
  }));
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (at < part.length && part[at] === line) at += 1;
  return at === part.length;
}

function quoted(title: string): string {
  return JSON.stringify(title.length > 80 ? `${title.slice(0, 79)}…` : title);
}
