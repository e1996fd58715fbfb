/**
 * Whether a text matches a shell pattern of `*`, `?` and classes, where `*` also matches `/`.
 *
 * A class matches any one character: the answer may be wrongly true, never wrongly false. Takes time
 * proportional to the product of both lengths.
 */
export function matchesShellPattern(pattern: string, text: string): boolean {
  const signs = signsOf(pattern);
  let at = 0;
  let sign = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const next = signs[sign];
    if (next === "*") {
      star = sign;
      starAt = at;
      sign += 1;
    } else if (next !== undefined && (next === "?" || next === `=${text.charAt(at)}`)) {
      sign += 1;
      at += 1;
    } else if (star >= 0) {
      sign = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  while (signs[sign] === "*") sign += 1;
  return sign === signs.length;
}

function signsOf(pattern: string): readonly string[] {
  const signs: string[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    const close = char === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (char === "*" || char === "?") signs.push(char);
    else if (close > 0) {
      signs.push("?");
      at = close;
    } else signs.push(`=${char}`);
  }
  return signs;
}
