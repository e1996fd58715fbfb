import type { Reading } from "../reading.ts";

/**
 * Reads TAP 13 or 14 with subtests as node:test (name before its children) and vitest (children in braces)
 * write them. `undefined` where the plan is missing or not fulfilled or the run bailed out, because then
 * names may be missing too.
 */
export function readTap(lines: readonly string[]): Reading | undefined {
  const tap: Tap = { passed: 0, skipped: 0, failing: [], levels: [], braces: [], plan: undefined };
  let yaml: string | undefined;
  for (const line of lines) {
    const text = line.trimStart();
    const indent = line.slice(0, line.length - text.length);
    if (yaml !== undefined) {
      if (text === "..." && indent === yaml) yaml = undefined;
    } else if (text === "---") yaml = indent;
    else if (text.startsWith("Bail out!")) return undefined;
    else readLine(tap, text, Math.floor(indent.length / 4));
  }
  const ran = tap.levels[0]?.seen ?? 0;
  if (yaml !== undefined || tap.braces.length > 0 || tap.plan !== ran) return undefined;
  const counts = { passed: tap.passed, failed: tap.failing.length, skipped: tap.skipped };
  return { counts, failing: tap.failing };
}

/** True where the lines contain a TAP document at all. */
export function looksLikeTap(lines: readonly string[]): boolean {
  return lines.some((line) => /^TAP version 1[34]$/.test(line.trimEnd()));
}

/** Per depth: the newest subtest name, and how many results and failures came since the last parent. */
type Level = { name: string; seen: number; failed: number };
type Brace = { readonly depth: number; readonly point: Point };
type Tap = {
  passed: number;
  skipped: number;
  readonly failing: string[];
  readonly levels: Level[];
  readonly braces: Brace[];
  plan: number | undefined;
};
type Point = {
  readonly ok: boolean;
  readonly name: string;
  readonly exempt: boolean;
  readonly opens: boolean;
};

const DEEPEST = 64;

function readLine(tap: Tap, text: string, depth: number): void {
  if (depth > DEEPEST) return;
  if (text.startsWith("# Subtest: ")) level(tap, depth).name = unescape(text.slice(11)).trim();
  const plan = /^1\.\.(\d{1,9})(?: |$)/.exec(text);
  if (plan !== null && depth === 0) tap.plan = Number(plan[1]);
  if (text === "}" && tap.braces.at(-1)?.depth === depth) {
    const brace = tap.braces.pop();
    if (brace !== undefined) settle(tap, brace.point, depth);
    return;
  }
  const point = readPoint(text);
  if (point === undefined) return;
  if (!point.opens) return settle(tap, point, depth);
  level(tap, depth).name = point.name;
  tap.braces.push({ depth, point });
}

/** Counts a result; one with children counts itself only where it failed and none of them did. */
function settle(tap: Tap, point: Point, depth: number): void {
  const here = level(tap, depth);
  const below = tap.levels[depth + 1];
  const isParent = below !== undefined && below.seen > 0;
  const failed = !point.ok && !point.exempt;
  if (failed && !(isParent && below.failed > 0)) tap.failing.push(pathOf(tap, point.name, depth));
  if (!isParent && point.exempt) tap.skipped += 1;
  if (!isParent && point.ok && !point.exempt) tap.passed += 1;
  here.seen += 1;
  here.failed += failed ? 1 : 0;
  tap.levels.length = depth + 1;
}

function pathOf(tap: Tap, name: string, depth: number): string {
  const parents = tap.levels.slice(0, depth).map((each) => each.name);
  return [...parents, name].filter((part) => part !== "").join(" > ");
}

function level(tap: Tap, depth: number): Level {
  while (tap.levels.length <= depth) tap.levels.push({ name: "", seen: 0, failed: 0 });
  return tap.levels[depth] ?? { name: "", seen: 0, failed: 0 };
}

function readPoint(text: string): Point | undefined {
  const head = /^(not ok|ok)(?: |$)(?:\d{1,9}(?: |$))?(?:- )?/.exec(text);
  if (head === null) return undefined;
  const rest = text.slice(head[0].length);
  const opens = rest.endsWith(" {");
  const { description, directive } = splitDirective(opens ? rest.slice(0, -2) : rest);
  const exempt = /^(?:skip|todo)/i.test(directive);
  return { ok: head[1] === "ok", name: unescape(description).trim(), exempt, opens };
}

/** Cuts at the last ` # ` that no backslash escapes. */
function splitDirective(text: string): { description: string; directive: string } {
  const at = text.lastIndexOf(" # ");
  if (at === -1) return { description: text, directive: "" };
  return { description: text.slice(0, at), directive: text.slice(at + 3) };
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\#])/g, "$1");
}
