import { type Arg, HOLE, isOpaque } from "../shell/arg.ts";
import type { Call, Shell } from "../shell/shell.ts";
import { SILENT, type Stream, type Taint, withTaint } from "../shell/stream.ts";
import { assign } from "../shell/variable.ts";

/** The text that `echo` prints. */
export function echo(call: Call, shell: Shell): Stream {
  const at = call.args.findIndex((arg) => !/^-[neE]+$/.test(arg.text));
  const flags = call.args
    .slice(0, at < 0 ? undefined : at)
    .map((arg) => arg.text)
    .join("");
  const text = call.args
    .slice(at < 0 ? call.args.length : at)
    .map((arg) => arg.text)
    .join(" ");
  return withTaint(
    `${flags.includes("e") ? unescape(text) : text}${flags.includes("n") ? "" : "\n"}`,
    taintOf(call.args, shell),
  );
}

/** The text that `printf` prints; with `-v` it goes into a variable. */
export function printf(call: Call, shell: Shell): Stream {
  const args = call.args.filter((arg, at) => !(at === 0 && arg.text === "--")).map((arg) => arg.text);
  if (args[0] === "-v") {
    assign(args[1] ?? "REPLY", [printf({ ...call, args: call.args.slice(2) }, shell).text], shell);
    return SILENT;
  }
  const [format = "", ...values] = args;
  if (isOpaque(format)) return withTaint(HOLE, taintOf(call.args, shell));
  let rest = values;
  let text = "";
  do {
    const before = rest.length;
    text += format.replaceAll(
      /%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g,
      (whole, letter: string | undefined) => {
        if (letter === undefined) return whole === "%%" ? "%" : whole;
        const value = rest[0] ?? "";
        rest = rest.slice(1);
        return letter === "b" ? unescape(value) : value;
      },
    );
    if (rest.length === before) break;
  } while (rest.length > 0 && text.length < 65_536);
  return withTaint(unescape(text), taintOf(call.args, shell));
}

/** The text that backslash sequences stand for. */
export function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|u([0-9a-fA-F]{1,4})|([nrtabfve\\"']))/g,
    (...groups: readonly (string | undefined)[]) => {
      const [, hex, octal, unicode, plain] = groups;
      if (hex !== undefined || unicode !== undefined)
        return String.fromCharCode(Number.parseInt(hex ?? unicode ?? "0", 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return (
        { n: "\n", t: "\t", r: "\r" }[plain ?? ""] ??
        (plain === "\\" || plain === '"' || plain === "'" ? plain : "")
      );
    },
  );
}

function taintOf(args: readonly Arg[], shell: Shell): Taint | undefined {
  return args.some((arg) => isOpaque(arg.text)) ? shell.trace.tainted : undefined;
}
