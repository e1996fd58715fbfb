const MOST_WORDS = 64;

/**
 * Expands the braces of a raw shell word: `a{b,c}` and `{1..3}`, nested, quotes respected.
 *
 * Returns raw words that contain no more braces to expand, at most 64; the word itself where it has none.
 */
export function expandBraces(word: string): readonly string[] {
  const done: string[] = [];
  const open = [word];
  while (open.length > 0 && done.length + open.length <= MOST_WORDS) {
    const next = open.shift() ?? "";
    const brace = firstBrace(next);
    if (brace === undefined) done.push(next);
    else open.unshift(...brace);
  }
  return [...done, ...open].slice(0, MOST_WORDS);
}

/** The words that the first expandable brace of a word stands for. */
function firstBrace(word: string): readonly string[] | undefined {
  for (let at = 0; at < word.length; at = skip(word, at)) {
    if (word[at] !== "{") continue;
    const group = readGroup(word, at);
    if (group === undefined) continue;
    const before = word.slice(0, at);
    const after = word.slice(group.end);
    return group.choices.map((choice) => before + choice + after);
  }
  return undefined;
}

function readGroup(word: string, start: number): { choices: readonly string[]; end: number } | undefined {
  const cuts = [start];
  let depth = 0;
  for (let at = start; at < word.length; at = skip(word, at)) {
    if (word[at] === "{") depth += 1;
    if (word[at] === "," && depth === 1) cuts.push(at);
    if (word[at] === "}") depth -= 1;
    if (depth > 0) continue;
    const choices = [...cuts, at].slice(1).map((cut, n) => word.slice((cuts[n] ?? start) + 1, cut));
    const expanded = choices.length > 1 ? choices : readRange(choices[0] ?? "");
    return expanded && { choices: expanded, end: at + 1 };
  }
  return undefined;
}

function readRange(text: string): readonly string[] | undefined {
  const range = /^(-?\d{1,6}|[A-Za-z])\.\.(-?\d{1,6}|[A-Za-z])$/.exec(text);
  const [, from, to] = range ?? [];
  if (from === undefined || to === undefined) return undefined;
  const numeric = /\d$/.test(from) && /\d$/.test(to);
  const first = numeric ? Number(from) : from.charCodeAt(0);
  const last = numeric ? Number(to) : to.charCodeAt(0);
  const count = Math.min(Math.abs(last - first) + 1, MOST_WORDS);
  const step = last < first ? -1 : 1;
  return Array.from({ length: count }, (_, n) => {
    const value = first + n * step;
    return numeric ? String(value) : String.fromCharCode(value);
  });
}

/** The position after the character, escape, quoted text or `${…}` at `at`. */
function skip(word: string, at: number): number {
  const sign = word[at];
  if (sign === "\\") return at + 2;
  if (sign === "'" || sign === '"') return closing(word, at + 1, sign);
  if (sign === "$" && word[at + 1] === "{") return closing(word, at + 2, "}");
  return at + 1;
}

function closing(word: string, from: number, sign: string): number {
  const end = word.indexOf(sign, from);
  return end < 0 ? word.length : end + 1;
}
