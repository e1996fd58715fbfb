import { HOLE, isOpaque } from "../shell/arg.ts";
import type { Call } from "../shell/shell.ts";
import { type Stream, unseenFrom, withTaint } from "../shell/stream.ts";
import { readOptions } from "./option.ts";
import { unescape } from "./print-text.ts";

/** The decoded input, where it is visible; whatever is decoded stays tainted. */
export function decode(call: Call, from: (text: string) => string | undefined, flag = "-d"): Stream {
  const options = readOptions(call.args, { short: "wiolcs" });
  if (!options.has(flag, "-D", "--decode", "-d")) return unseenFrom(call.stdin?.taint);
  const text =
    call.stdin === undefined || isOpaque(call.stdin.text) ? undefined : from(call.stdin.text.trim());
  return withTaint(text ?? HOLE, call.stdin?.taint ?? "decoded");
}

/** The text of base64, or `undefined`. */
export function fromBase64(text: string): string | undefined {
  try {
    return atob(text.replaceAll(/\s/g, ""));
  } catch {
    return undefined;
  }
}

/** The text of hexadecimal digits, or `undefined`. */
export function fromHex(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) return undefined;
  return digits.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** The changed input, where it is visible. */
export function mapText(call: Call, map: (text: string) => string): Stream {
  if (call.stdin === undefined || isOpaque(call.stdin.text))
    return unseenFrom(call.stdin?.taint ?? "decoded");
  return withTaint(map(call.stdin.text), call.stdin.taint ?? "decoded");
}

/** The input with the letters of one alphabet turned into those of another, as `tr` does. */
export function translate(call: Call): Stream {
  const options = readOptions(call.args);
  const [from, to] = options.operands.map((arg) => alphabet(arg.text));
  if (options.has("-d"))
    return mapText(call, (text) =>
      Array.from(text)
        .filter((char) => from?.includes(char) !== true)
        .join(""),
    );
  if (from === undefined || to === undefined || to.length === 0 || options.has("-c", "-C", "-s"))
    return unseenFrom(call.stdin?.taint);
  return mapText(call, (text) =>
    Array.from(text)
      .map((char) => {
        const at = from.indexOf(char);
        return at < 0 ? char : (to[Math.min(at, to.length - 1)] ?? char);
      })
      .join(""),
  );
}

function alphabet(text: string): readonly string[] {
  const spelled = unescape(
    text.replaceAll("[:lower:]", "a-z").replaceAll("[:upper:]", "A-Z").replaceAll("[:digit:]", "0-9"),
  );
  const chars: string[] = [];
  for (let at = 0; at < spelled.length; at += 1) {
    const end = spelled.charAt(at + 1) === "-" ? spelled.charCodeAt(at + 2) : Number.NaN;
    if (Number.isNaN(end)) chars.push(spelled.charAt(at));
    else {
      for (let code = spelled.charCodeAt(at); code <= end && chars.length < 512; code += 1)
        chars.push(String.fromCharCode(code));
      at += 2;
    }
  }
  return chars;
}
