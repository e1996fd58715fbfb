import { type Arg, HOLE, isOpaque, SUPPLIED } from "../shell/arg.ts";
import { type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, type Taint, UNSEEN, unseenFrom } from "../shell/stream.ts";
import { assign, isSecretName } from "../shell/variable.ts";
import { absolute, judgeRead, judgeTarget } from "./file-access.ts";
import { readOptions } from "./option.ts";

/** Programs whose output can be known, so that a shell reading it can be followed. */
export const TEXT_SOURCES: readonly (readonly [string, Handler])[] = [
  ...["ls", "dir", "vdir"].map((name) => [name, () => ({ text: SUPPLIED })] as const),
  ...["grep", "egrep", "fgrep", "ag", "ack"].map((name) => [name, listMatches] as const),
  ["echo", echo],
  ["printf", printf],
  ["cat", cat],
  ["tac", cat],
  ["tee", tee],
  ["base64", (call) => decode(call, fromBase64)],
  ["base32", (call) => decode(call, () => undefined)],
  ["xxd", (call) => decode(call, fromHex, "-r")],
  ["tr", translate],
  [
    "rev",
    (call) =>
      mapText(call, (text) =>
        text
          .split("\n")
          .map((line) => Array.from(line).reverse().join(""))
          .join("\n"),
      ),
  ],
  ["which", (call) => ({ text: `${call.args.findLast((arg) => !arg.text.startsWith("-"))?.text ?? ""}\n` })],
  [
    "type",
    (call) =>
      call.args[0]?.text.startsWith("-") === true ? { text: `${call.args.at(-1)?.text ?? ""}\n` } : UNSEEN,
  ],
  ["pwd", (_call, shell) => ({ text: `${shell.state.directory ?? HOLE}\n` })],
  ["mktemp", mktemp],
  ["printenv", printEnvironment],
  ["ps", listProcesses],
  ["basename", (call) => lastOperand(call, (text) => text.slice(text.lastIndexOf("/") + 1))],
  [
    "dirname",
    (call) =>
      lastOperand(call, (text) => (text.includes("/") ? text.slice(0, text.lastIndexOf("/")) || "/" : ".")),
  ],
  ["realpath", (call, shell) => lastOperand(call, (text) => absolute(text, shell) ?? HOLE)],
  ["seq", () => ({ text: "1\n" })],
  ["date", setClock],
  ["hostname", nameMachine],
  ["nproc", () => ({ text: "1\n" })],
];

/** Names of files below the folders that were searched, where only names are printed. */
export function listMatches(call: Call): Stream | undefined {
  const options = readOptions(call.args, {
    short: "ABCefmgtT",
    long: ["--include", "--exclude", "--exclude-dir", "--regexp", "--file", "--max-count", "--glob"],
  });
  if (!options.has("-l", "-L", "--files-with-matches", "--files-without-match")) return undefined;
  const places = options.operands.slice(options.has("-e", "-f", "--regexp", "--file") ? 0 : 1);
  if (places.length === 0 || places.some((place) => isOpaque(place.text))) return { text: SUPPLIED };
  return { text: places.map((place) => `${place.text.replace(/\/+$/, "")}/${SUPPLIED}\n`).join("") };
}

function printEnvironment(call: Call): Stream {
  if (call.args.length === 0) return { text: HOLE, taint: "environment" };
  return unseenFrom(call.args.some((arg) => isSecretName(arg.text)) ? "secret" : undefined);
}

function setClock(call: Call, shell: Shell): Stream {
  if (call.args.some((arg) => /^(?:-s|--set(?:=.*)?)$/.test(arg.text)))
    deny(shell, "system-destroy", "the clock of the machine would be set");
  return { text: "0\n" };
}

function nameMachine(call: Call, shell: Shell): Stream {
  if (call.args.some((arg) => !arg.text.startsWith("-")))
    deny(shell, "system-destroy", "the machine would be renamed");
  return UNSEEN;
}

/** `e` among the letters without a dash shows the environment of each process. */
function listProcesses(call: Call, shell: Shell): Stream {
  if (call.args.some((arg) => /^[auxwgfl]*e[auxwgfl]*$/.test(arg.text)))
    deny(shell, "secrets-read", "the environment of other processes would be read");
  return UNSEEN;
}

function lastOperand(call: Call, map: (text: string) => string): Stream {
  const operand = call.args.findLast((arg) => !arg.text.startsWith("-"));
  if (operand === undefined || operand.text.includes(HOLE)) return UNSEEN;
  return { text: operand.text.includes(SUPPLIED) ? `${SUPPLIED}\n` : `${map(operand.text)}\n` };
}

function mktemp(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "p", long: ["--tmpdir", "--suffix"] });
  const folder = options.values("-p", "--tmpdir")[0]?.text ?? shell.policy.tmp;
  const [template] = options.operands;
  if (template === undefined) {
    if (folder !== shell.policy.tmp) judgeTarget({ text: `${folder}/tmp.x`, glob: false }, shell, "file");
    return { text: `${folder}/tmp.x\n` };
  }
  const path = options.has("-t", "-p", "--tmpdir") ? `${folder}/${template.text}` : template.text;
  judgeTarget({ text: path, glob: false }, shell, "file");
  return { text: `${path}\n` };
}

function withTaint(text: string, taint: Taint | undefined): Stream {
  return taint === undefined ? { text } : { text, taint };
}

function taintOf(args: readonly Arg[], shell: Shell): Taint | undefined {
  return args.some((arg) => isOpaque(arg.text)) ? shell.trace.tainted : undefined;
}

function echo(call: Call, shell: Shell): Stream {
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

function printf(call: Call, shell: Shell): Stream {
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

function unescape(text: string): string {
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

function cat(call: Call, shell: Shell): Stream {
  const files = call.args.filter((arg) => !arg.text.startsWith("-") || arg.text === "-");
  if (files.length === 0) return call.stdin ?? UNSEEN;
  let text = "";
  let taint: Taint | undefined;
  for (const file of files) {
    const path = file.text === "-" ? undefined : judgeRead(file.text, shell);
    const stream =
      file.text === "-" ? call.stdin : path === undefined ? undefined : shell.state.files.get(path);
    text += stream?.text ?? HOLE;
    taint ??= stream?.taint;
  }
  return withTaint(call.program === "tac" ? text.split("\n").reverse().join("\n") : text, taint);
}

function tee(call: Call, shell: Shell): Stream {
  const input = call.stdin ?? UNSEEN;
  for (const file of call.args.filter((arg) => !arg.text.startsWith("-"))) {
    const path = judgeTarget(file, shell, "file");
    if (path !== undefined) shell.state.files.set(path, input);
  }
  return input;
}

function decode(call: Call, from: (text: string) => string | undefined, flag = "-d"): Stream {
  const options = readOptions(call.args, { short: "wiolcs" });
  if (!options.has(flag, "-D", "--decode", "-d")) return unseenFrom(call.stdin?.taint);
  const text =
    call.stdin === undefined || isOpaque(call.stdin.text) ? undefined : from(call.stdin.text.trim());
  return withTaint(text ?? HOLE, call.stdin?.taint ?? "decoded");
}

function fromBase64(text: string): string | undefined {
  try {
    return atob(text.replaceAll(/\s/g, ""));
  } catch {
    return undefined;
  }
}

function fromHex(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) return undefined;
  return digits.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

function mapText(call: Call, map: (text: string) => string): Stream {
  if (call.stdin === undefined || isOpaque(call.stdin.text))
    return unseenFrom(call.stdin?.taint ?? "decoded");
  return withTaint(map(call.stdin.text), call.stdin.taint ?? "decoded");
}

function translate(call: Call): Stream {
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
