/** More markers than these in front of a line are an attack on the parser, not a plan. */
const maxMarkers = 24;
/** Deeper indentation than this is refused: every level costs time on every line below it. */
const maxIndent = 400;

/**
 * The offset of a line whose nesting would make block parsers slow, or `undefined`. Parsers of Markdown and
 * YAML open a container for every `>`, `-` or `1.` in front of a line.
 */
export function nestingFault(text: string): number | undefined {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    if (isTooDeep(text, start, stop)) return start;
    start = stop + 1;
  }
  return undefined;
}

function isTooDeep(text: string, start: number, stop: number): boolean {
  let markers = 0;
  let at = start;
  while (at < stop) {
    const char = text.charAt(at);
    if (char === " " || char === "\t") at += 1;
    else if (char === ">") [markers, at] = [markers + 1, at + 1];
    else if (isBullet(char) && isGap(text.charAt(at + 1))) [markers, at] = [markers + 1, at + 1];
    else {
      const next = behindNumber(text, at, stop);
      if (next === undefined) break;
      [markers, at] = [markers + 1, next];
    }
    if (markers > maxMarkers) return true;
  }
  return at < stop && at - start > maxIndent;
}

function isBullet(char: string): boolean {
  return char === "-" || char === "+" || char === "*" || char === "?" || char === ":";
}

function isGap(char: string): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r" || char === "";
}

function behindNumber(text: string, at: number, stop: number): number | undefined {
  let end = at;
  while (end < stop && end - at < 10 && text.charAt(end) >= "0" && text.charAt(end) <= "9") end += 1;
  const mark = text.charAt(end);
  return end > at && (mark === "." || mark === ")") && isGap(text.charAt(end + 1)) ? end + 1 : undefined;
}
