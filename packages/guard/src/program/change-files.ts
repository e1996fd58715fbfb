import { type Arg, HOLE, isOpaque, literal, readable, SUPPLIED } from "../shell/arg.ts";
import { ask, type Call, contextOf, deny, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { judgePatchText } from "../tool/judge-file-tool.ts";
import { executeText, startedByOption } from "./execute.ts";
import {
  absolute,
  isFolder,
  isRegenerable,
  isScratch,
  judgeDelete,
  judgeRead,
  judgeTarget,
  judgeTree,
} from "./file-access.ts";
import { type Options, readOptions } from "./option.ts";

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

function eachOperand(call: Call, shell: Shell, kind: "file" | "folder" | "entry", short = ""): Stream {
  const options = readOptions(call.args, {
    short,
    long: ["--mode", "--size", "--reference", "--date", "--iterations"],
  });
  if (options.has("--help", "--version")) return SILENT;
  for (const operand of options.operands) {
    if (kind === "entry") judgeDelete(operand, shell, false);
    else judgeTarget(operand, shell, kind, kind === "folder");
  }
  return SILENT;
}

const COPY_VALUES: Readonly<Record<string, string>> = {
  cp: "tS",
  mv: "tS",
  install: "tSmogd",
  ln: "tS",
  link: "",
  rsync: "ef",
  scp: "cFiJloPS",
};

/** Copying reads the sources and writes the target; moving also takes the sources away. */
function copy(call: Call, shell: Shell): Stream {
  const installs = call.program === "install";
  const options = readOptions(call.args, {
    short: (COPY_VALUES[call.program] ?? "").replace(installs ? "d" : "", ""),
    long: [
      "--target-directory",
      "--mode",
      "--owner",
      "--group",
      "--suffix",
      "--rsh",
      "--exclude",
      "--include",
      "--files-from",
      "--rsync-path",
      "--exclude-from",
      "--include-from",
      "--filter",
      "--log-file",
    ],
  });
  if (options.has("--help", "--version") || (call.program === "rsync" && options.has("-n", "--dry-run")))
    return SILENT;
  if (call.program === "rsync") judgeRsync(options, shell);
  if (installs && options.has("-d", "--directory"))
    return each(options.operands, (arg) => judgeTarget(arg, shell, "folder"));
  const folder = options.values("-t", "--target-directory")[0];
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands;
  const target = folder ?? options.operands.at(-1);
  if (target === undefined) return SILENT;
  if (call.program === "ln" && options.operands.length === 1 && folder === undefined)
    return linkHere(target, shell, options);
  for (const source of sources) judgeSource(call.program, source, shell, options);
  judgeCopyTarget(call.program, { target, sources, inside: folder !== undefined }, shell, options);
  return SILENT;
}

function each(args: readonly Arg[], judge: (arg: Arg) => unknown): Stream {
  for (const arg of args) judge(arg);
  return SILENT;
}

function judgeRsync(options: Options, shell: Shell): void {
  for (const command of options.values("-e", "--rsh", "--rsync-path"))
    if (!/^ssh\b[^;&|`$]*$/.test(command.text)) executeText(command.text, shell, "shell");
  if (
    options.has(
      "--delete",
      "--delete-after",
      "--delete-before",
      "--delete-during",
      "--delete-excluded",
      "--remove-source-files",
    )
  ) {
    const target = options.operands.at(-1) ?? literal(".");
    const path = absolute(target.text, shell);
    if (path === undefined || !(isScratch(path, shell) || isRegenerable(path, shell)))
      deny(shell, "rm-recursive", "rsync would delete what the source lacks", readable(target.text));
  }
}

function judgeSource(program: string, source: Arg, shell: Shell, options: Options): void {
  if (program === "ln" || program === "link") return;
  if (isRemote(source.text)) return;
  judgeRead(source.text, shell);
  if (program === "mv") {
    if (options.has("--exchange")) judgeTree(source, shell);
    if (isOpaque(source.text) && !source.text.includes(SUPPLIED)) judgeTarget(source, shell, "entry");
    else judgeTree(source, shell);
  }
}

function judgeCopyTarget(
  program: string,
  copied: { readonly target: Arg; readonly sources: readonly Arg[]; readonly inside: boolean },
  shell: Shell,
  options: Options,
): void {
  const { target, sources } = copied;
  if (isRemote(target.text))
    return deny(shell, "secrets-read", "files would be sent to another machine", readable(target.text));
  const intoFolder =
    copied.inside ||
    sources.length > 1 ||
    (isFolder(target.text, shell) && !options.has("-T", "--no-target-directory"));
  const links = program === "ln" || program === "link";
  for (const source of sources) {
    const name = source.text.replace(/\/+$/, "").split("/").at(-1) ?? "";
    const path = intoFolder ? { text: joined(target.text, name), glob: target.glob || source.glob } : target;
    if (links) judgeLink(source, path, shell, program === "ln" && options.has("-s", "--symbolic"));
    else if (
      options.has("-r", "-R", "-a", "--recursive", "--archive") ||
      program === "mv" ||
      program === "rsync"
    )
      judgeTree(path, shell);
    else judgeTarget(path, shell, "file", true);
  }
}

function joined(folder: string, name: string): string {
  return name === "" || name === "." || name === ".."
    ? `${folder}/x`
    : `${folder.replace(/\/+$/, "") || "/"}/${name}`;
}

function linkHere(source: Arg, shell: Shell, options: Options): Stream {
  const name = source.text.split("/").at(-1) ?? "x";
  judgeLink(source, literal(name), shell, options.has("-s", "--symbolic"));
  return SILENT;
}

/** A link must lie in scope and lead into it, so that no later write through it lands elsewhere. */
function judgeLink(source: Arg, path: Arg, shell: Shell, symbolic: boolean): void {
  const place = judgeTarget(path, shell, "entry", true);
  if (isOpaque(source.text)) return judgeTarget(source, shell, "entry") === undefined ? undefined : undefined;
  if (place !== undefined && isScratch(place, shell)) return void judgeRead(source.text, shell);
  const from = place?.slice(0, place.lastIndexOf("/"));
  const leads =
    symbolic && !source.text.startsWith("/") && from !== undefined ? `${from}/${source.text}` : source.text;
  const led = absolute(leads, shell);
  if (led !== undefined && place !== undefined && isRegenerable(place, shell) && isRegenerable(led, shell))
    return;
  judgeTree(literal(led ?? leads), shell);
}

function isRemote(text: string): boolean {
  return /^[\w.@-]+:(?!\\)/.test(text) || /^(?:rsync|ssh|sftp):\/\//.test(text);
}

function changeMode(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { long: ["--reference", "--from"] });
  if (options.has("--help", "--version")) return SILENT;
  const flagLike = call.program === "chmod" && options.flags.some((flag) => /^-[rwxst]$/.test(flag));
  const [mode, ...rest] = options.operands;
  const targets = flagLike || options.has("--reference") ? options.operands : rest;
  const text = mode?.text ?? "";
  if (
    call.program === "chmod" &&
    (/s/.test(text.replace(/^[ugoa]*[+=-]/, "")) || /^0*[2467]\d{3}$/.test(text)) &&
    !/-[rwxst]*s/.test(text)
  )
    deny(shell, "privilege", "a file would run with other rights");
  const recursive = options.has("-R", "--recursive");
  for (const target of targets) {
    if (recursive || call.program !== "chmod") judgeRecursiveMode(target, shell);
    else judgeTarget(target, shell, "entry", true);
  }
  return SILENT;
}

function judgeRecursiveMode(target: Arg, shell: Shell): void {
  const before = shell.trace.findings.length;
  judgeTree(target, shell);
  const denied = shell.trace.findings.slice(before).some((finding) => finding.decision === "deny");
  if (denied) deny(shell, "system-destroy", "rights would be changed recursively", readable(target.text));
}

function diskDump(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    if (arg.text.startsWith("of=")) judgeTarget(literal(arg.text.slice(3)), shell, "file");
    if (arg.text.startsWith("if=")) judgeRead(arg.text.slice(3), shell);
  }
  return UNSEEN;
}

/** `sed` may write by `-i`, by `w` and by `e`, and run commands by `e`. */
function streamEdit(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "efl", long: ["--expression", "--file", "--line-length"] });
  if (options.has("--help", "--version")) return SILENT;
  const inline = options.values("-e", "--expression");
  const scripted = inline.length > 0 || options.has("-f", "--file");
  const scripts = inline.length > 0 ? inline : scripted ? [] : options.operands.slice(0, 1);
  const inPlace =
    options.has("--in-place") ||
    call.args.some((arg) => /^-[a-zA-Z]*i/.test(arg.text) && !/^-[ef]/.test(arg.text));
  const suffix = inPlace && !scripted && options.operands[0]?.text === "" ? 1 : 0;
  const files = scripted ? options.operands : options.operands.slice(1 + suffix);
  for (const script of suffix === 1 ? options.operands.slice(1, 2) : scripts)
    judgeSedScript(script.text, shell);
  if (options.has("-f", "--file")) ask(shell, "opaque", "the script of sed is not visible");
  for (const file of files) {
    if (inPlace && file.text !== "") judgeTarget(file, shell, "file");
    else judgeRead(file.text, shell);
  }
  return UNSEEN;
}

function judgeSedScript(script: string, shell: Shell): void {
  if (isOpaque(script) && script.replaceAll(/[\u0000-\u0002]/g, "").trim() === "")
    return ask(shell, "opaque", "the script of sed is not visible");
  for (const command of script.split(/[\n;]/)) {
    const run = /^\s*(?:[\d$,~+!]+|\/(?:\\.|[^/\\])*\/[IM]*)?\s*(?:\d*!?\s*)?e(?:\s+(.*)|\s*)$/.exec(command);
    if (run !== null) executeText(run[1] ?? HOLE, shell, "shell");
    const replaced = /^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1[gpiImM\d]*e/.exec(command);
    if (replaced !== null) executeText(replaced[2] ?? "", shell, "shell");
    const written =
      /^\s*(?:[\d$,~+!]+|\/(?:\\.|[^/\\])*\/[IM]*)?\s*[wW]\s+(\S.*)$/.exec(command) ??
      /^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gpiIm\d]*w\s+(.+)$/.exec(command);
    const file = written?.at(-1);
    if (file !== undefined) judgeTarget(literal(file.replace(/\}$/, "").trim()), shell, "file");
    if (/^\s*[\d$,]*s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gpiImM\d]*e/.test(command))
      ask(shell, "opaque", "sed executes the text that it makes");
  }
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

function applyPatch(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "pidoBDFrVYz",
    long: ["--strip", "--input", "--directory", "--output", "--reject-file"],
  });
  if (options.has("--dry-run", "--help", "--version")) return SILENT;
  if (options.has("-d", "--directory"))
    judgeTree(options.values("-d", "--directory")[0] ?? literal("."), shell);
  each(options.values("-o", "--output", "-r", "--reject-file"), (arg) => judgeTarget(arg, shell, "file"));
  if (options.operands[0] !== undefined)
    return each(options.operands.slice(0, 1), (arg) => judgeTarget(arg, shell, "file"));
  const strip = Number(options.values("-p", "--strip")[0]?.text ?? "0");
  return patchText(call.stdin?.text ?? HOLE, shell, Number.isInteger(strip) ? strip : 0);
}

function patchText(text: string, shell: Shell, strip?: number): Stream {
  const { directory } = shell.state;
  if (isOpaque(text) || directory === undefined) ask(shell, "opaque", "the patch is not visible");
  else
    for (const finding of judgePatchText(text, contextOf(shell), directory, strip))
      deny(
        shell,
        finding.rule === "guard-files" || finding.rule === "git-internals" ? "hook-tamper" : "scope-write",
        finding.step,
        finding.path,
      );
  return SILENT;
}
