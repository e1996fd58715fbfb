/**
 * Scores the detectors on labelled streams, beside plain re-statements of rules that others have published.
 *
 * `npx tsx bench/stagnation-score.ts [FILE.jsonl ...]`, or `npm run stagnation:score`; without files the corpus
 * of the repository. The other rules are written anew from their published parameters, as far as they judge
 * tool calls; talk, time and the answers of a model are left out.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CallStream,
  judgeCalls,
  readCallStream,
  type RecordedCall,
  scoreJudgements,
  type Share,
} from "@breakwater/core";

/** The call, from 1, at which a rule calls a stream stuck; undefined where it never does. */
type Rule = (calls: readonly RecordedCall[]) => number | undefined;

const PAGING = ["offset", "limit", "start_line", "end_line", "number"];
const EDITS = /^(?:edit|write|multiedit|replace|write_file|apply_patch|str_replace|create_file)/iu;
const READS = /^(?:read|grep|read_file|search_file_content)$/iu;

const RULES: Readonly<Record<string, Rule>> = {
  // Window of 20: the same action and observation 4 times, the same action into errors 3 times, 6 steps ABABAB.
  OpenHands: (calls) =>
    firstAt(calls, (n) => {
      const window = calls.slice(Math.max(0, n - 20), n);
      return (
        same(window.slice(-4).map(stepOf), 4) ||
        (same(window.slice(-3).map(actionOf), 3) && window.slice(-3).every(({ ok }) => !ok)) ||
        alternates(window.slice(-6).map(stepOf))
      );
    }),
  // The same call with the same arguments 5 times in a row, whatever comes back.
  "Gemini CLI": (calls) => firstAt(calls, (n) => same(calls.slice(Math.max(0, n - 5), n).map(actionOf), 5)),
  // Three edits of one file, three equal turn keys without paging, three equal errors, three pages without an edit.
  predecessor: (calls) =>
    firstAt(calls, (n) => {
      const so = calls.slice(0, n);
      return (
        same(so.slice(-3).map(turnKeyOf), 3) || echoes(so) || pages(so, calls.slice(n)) || editsThrice(so)
      );
    }),
  breakwater: () => undefined,
};

const streams = filesOf(process.argv.slice(2)).flatMap(read);
console.log(
  `${streams.length} streams, ${streams.filter(({ expect }) => expect?.verdict === "stuck").length} of them stuck`,
);
console.log(`${"rules".padEnd(12)} ${"precision".padEnd(26)} ${"recall".padEnd(26)} late`);
for (const [name, rule] of Object.entries(RULES)) {
  const judged = streams.map((stream) => ({
    judgement: name === "breakwater" ? judgeCalls(stream) : judge(stream, rule),
    expect: stream.expect,
  }));
  const { precision, recall, late } = scoreJudgements(judged);
  console.log(
    `${name.padEnd(12)} ${text(precision).padEnd(26)} ${text(recall).padEnd(26)} ${String(late.length)}`,
  );
}

function filesOf(given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const folder = join(import.meta.dirname, "..", "packages", "core", "src", "stagnation", "corpus");
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.map((name) => join(folder, name));
}

function read(file: string): readonly CallStream[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, n) => {
      if (line.trim() === "") return [];
      const stream = readCallStream(line);
      if (!stream.ok) throw new Error(`Reading ${file}:${n + 1}: ${stream.failure}`);
      return [stream.value];
    });
}

function judge({ id, calls }: CallStream, rule: Rule) {
  const at = rule(calls);
  return at === undefined
    ? ({ id, verdict: "ok", at: null } as const)
    : ({ id, verdict: "stuck", at } as const);
}

function firstAt(
  calls: readonly RecordedCall[],
  isStuck: (n: number) => boolean | undefined,
): number | undefined {
  return calls.map((_, index) => index + 1).find((n) => isStuck(n) === true);
}

function actionOf({ tool, args }: RecordedCall): string {
  return JSON.stringify([tool, args]);
}

function stepOf(call: RecordedCall): string {
  return `${actionOf(call)} ${call.result}`;
}

function turnKeyOf({ tool, args }: RecordedCall): string {
  const entries = typeof args === "object" && args !== null ? Object.entries(args) : [["args", args]];
  return JSON.stringify([tool, ...entries.filter(([key]) => !PAGING.includes(String(key)))]);
}

function pathOf({ args }: RecordedCall): string | undefined {
  if (typeof args !== "object" || args === null) return undefined;
  const found = Object.entries(args).find(([key]) => /path$|^file$/iu.test(key));
  return typeof found?.[1] === "string" ? found[1] : undefined;
}

function same(keys: readonly string[], count: number): boolean {
  return keys.length === count && new Set(keys).size === 1;
}

function alternates(keys: readonly string[]): boolean {
  return keys.length === 6 && keys[0] !== keys[1] && keys.every((key, n) => key === keys[n % 2]);
}

function echoes(calls: readonly RecordedCall[]): boolean {
  const last = calls.at(-1);
  return (
    last?.ok === false &&
    calls.filter(({ ok, tool, result }) => !ok && tool === last.tool && result === last.result).length >= 3
  );
}

function pages(before: readonly RecordedCall[], after: readonly RecordedCall[]): boolean {
  const last = before.at(-1);
  const path = last === undefined ? undefined : pathOf(last);
  if (last === undefined || path === undefined || !READS.test(last.tool)) return false;
  const from = before.findLastIndex(({ tool }) => EDITS.test(tool)) + 1;
  const parts = before.slice(from).filter((call) => turnKeyOf(call) === turnKeyOf(last));
  const edited = after.some((call) => EDITS.test(call.tool) && pathOf(call) === path);
  return new Set(parts.map(actionOf)).size >= 3 && !edited;
}

function editsThrice(calls: readonly RecordedCall[]): boolean {
  const last = calls.at(-1);
  if (last === undefined || !EDITS.test(last.tool)) return false;
  return calls.filter((call) => EDITS.test(call.tool) && pathOf(call) === pathOf(last)).length >= 3;
}

function text(share: Share | null): string {
  if (share === null) return "not measured";
  return `${share.share.toFixed(3)} (${share.low.toFixed(3)} to ${share.high.toFixed(3)})`;
}
