import { HOLE, isOpaque, SUPPLIED } from "../shell/arg.ts";
import { type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, type Taint, UNSEEN, unseenFrom, withTaint } from "../shell/stream.ts";
import { isSecretName } from "../shell/variable.ts";
import { absolute } from "./place.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { echo, printf } from "./print-text.ts";
import { decode, fromBase64, fromHex, translate, mapText } from "./decode-text.ts";

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
