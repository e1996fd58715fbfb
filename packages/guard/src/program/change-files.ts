import { HOLE, literal } from "../shell/arg.ts";
import { ask, type Call, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText, startedByOption } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { eachOperand, each } from "./each-operand.ts";
import { copy } from "./copy-files.ts";
import { changeMode } from "./change-mode.ts";
import { streamEdit } from "./stream-edit.ts";
import { applyPatch, patchText } from "./apply-patch.ts";

/** Packages that do what a program of the system does. */
const SAME_AS: Readonly<Record<string, string>> = {
  cpy: "cp",
  "cpy-cli": "cp",
  cpx: "cp",
  ncp: "cp",
  copyfiles: "cp",
  "move-file-cli": "mv",
  "move-cli": "mv",
  mvdir: "mv",
  mkdirp: "mkdir",
  "make-dir-cli": "mkdir",
};

/** Programs that write, move or delete the files they are given. */
export const CHANGERS: readonly (readonly [string, Handler])[] = [
  ["rm", remove],
  ...[
    "rimraf",
    "del-cli",
    "del",
    "trash",
    "trash-cli",
    "rm-rf",
    "trash-put",
    "gio",
    "Remove-Item",
    "ri",
    "erase",
    "rd",
  ].map((name) => [name, removeTree] as const),
  ...["rmdir", "unlink"].map(
    (name) => [name, (call: Call, shell: Shell) => eachOperand(call, shell, "entry")] as const,
  ),
  ["shred", (call, shell) => eachOperand(call, shell, "file", "ns")],
  ["touch", (call, shell) => eachOperand(call, shell, "file", "drt")],
  ["truncate", (call, shell) => eachOperand(call, shell, "file", "srI")],
  [
    "mknod",
    (call, shell) =>
      each(readOptions(call.args, { short: "m" }).operands.slice(0, 1), (arg) =>
        judgeTarget(arg, shell, "file"),
      ),
  ],
  ["mkfifo", (call, shell) => eachOperand(call, shell, "file", "m")],
  ["mkdir", (call, shell) => eachOperand(call, shell, "folder", "mZ")],
  ...["rename", "prename", "file-rename"].map((name) => [name, renameFiles] as const),
  ...["mmv", "vidir", "qmv", "mcp", "mln"].map(
    (name) =>
      [
        name,
        (call: Call, shell: Shell) => each(readOptions(call.args).operands, (arg) => judgeTree(arg, shell)),
      ] as const,
  ),
  ["sponge", (call, shell) => eachOperand(call, shell, "file")],
  ...["cp", "mv", "install", "rsync", "scp", "ln", "link"].map((name) => [name, copy] as const),
  ...["chmod", "chown", "chgrp", "setfacl", "chattr", "xattr"].map((name) => [name, changeMode] as const),
  ...Object.entries(SAME_AS).map(
    ([name, program]) =>
      [
        name,
        (call: Call, shell: Shell) => shell.exec([literal(program), ...call.args], shell, call.stdin),
      ] as const,
  ),
  ...["replace-in-file", "replace", "rexreplace", "renamer", "json"].map(
    (name) => [name, replaceInFiles] as const,
  ),
  ["dd", diskDump],
  ["sed", streamEdit],
  ["gsed", streamEdit],
  ["sd", (call, shell) => restAfter(call, shell, 2)],
  ["sort", (call, shell) => outputOption(call, shell, "okSTt", "-o", "--output")],
  ["split", (call, shell) => lastOperand(call, shell, 1, "abClnt")],
  ["csplit", (call, shell) => outputOption(call, shell, "fbn", "-f", "--prefix")],
  ["patch", applyPatch],
  ["apply_patch", (call, shell) => patchText(call.args[0]?.text ?? call.stdin?.text ?? HOLE, shell)],
  ["applypatch", (call, shell) => patchText(call.args[0]?.text ?? call.stdin?.text ?? HOLE, shell)],
];

function remove(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { long: ["--interactive"] });
  if (options.has("--help", "--version")) return SILENT;
  const recursive = options.has("-r", "-R", "--recursive", "-d", "--dir", "--no-preserve-root");
  for (const operand of options.operands) judgeDelete(operand, shell, recursive);
  return SILENT;
}

function removeTree(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args);
  if (options.has("--help", "--version")) return SILENT;
  for (const operand of options.operands) {
    if (call.program === "gio" && operand.text === "trash") continue;
    judgeDelete(operand, shell, true);
  }
  return SILENT;
}

function diskDump(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    if (arg.text.startsWith("of=")) judgeTarget(literal(arg.text.slice(3)), shell, "file");
    if (arg.text.startsWith("if=")) judgeRead(arg.text.slice(3), shell);
  }
  return UNSEEN;
}

/** The new names follow from an expression, so the old ones must all lie in scope. */
function renameFiles(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "eE" });
  if (options.has("-n", "--nono", "--dry-run", "--help", "--version")) return SILENT;
  if (options.operands.some((arg) => /\b(?:system|exec|eval|unlink)\b|`/.test(arg.text)))
    ask(shell, "opaque", "rename runs code");
  return each(options.operands.slice(1), (arg) => judgeTree(arg, shell));
}

/** Replaces texts in the files it is given; the texts themselves are no files. */
function replaceInFiles(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "fe", long: ["--files"] });
  if (options.has("--dry", "--dry-run", "--help", "--version")) return SILENT;
  if (call.program === "json" && !options.has("-I", "--in-place")) return UNSEEN;
  const files = call.program === "json" ? [] : options.operands.slice(call.program === "renamer" ? 0 : 2);
  return each([...files, ...options.values("-f", "--files")], (arg) => judgeTree(arg, shell));
}

function restAfter(call: Call, shell: Shell, count: number): Stream {
  return each(readOptions(call.args, { short: "nf" }).operands.slice(count), (arg) =>
    judgeTarget(arg, shell, "file"),
  );
}

function outputOption(call: Call, shell: Shell, short: string, ...names: readonly string[]): Stream {
  const options = readOptions(call.args, { short, long: names.filter((name) => name.startsWith("--")) });
  each(options.values(...names), (arg) => judgeTarget(arg, shell, "file"));
  if (options.has("--compress-program"))
    each(options.values("--compress-program"), (arg) => startedByOption(arg.text, call, shell));
  each(options.operands, (arg) => judgeRead(arg.text, shell));
  return UNSEEN;
}

function lastOperand(call: Call, shell: Shell, at: number, short: string): Stream {
  const options = readOptions(call.args, { short, long: ["--filter", "--bytes", "--lines"] });
  each(options.values("--filter"), (arg) => executeText(arg.text, shell, "shell"));
  judgeTarget(options.operands[at] ?? literal("xaa"), shell, "file");
  return SILENT;
}
