import { type Arg, literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream, UNSEEN } from "../shell/stream.ts";
import { startedByOption } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeRead, judgeReadTree } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Programs that pack and unpack: what they unpack may be any name below the target folder. */
export const EXTRACTORS: readonly (readonly [string, Handler])[] = [
  ...["tar", "gtar", "bsdtar"].map((name) => [name, tar] as const),
  ["unzip", unzip],
  ["zip", zip],
  ...["7z", "7za", "7zz", "unrar"].map((name) => [name, sevenZip] as const),
  ...[
    "gzip",
    "gunzip",
    "bzip2",
    "bunzip2",
    "xz",
    "unxz",
    "zstd",
    "unzstd",
    "lz4",
    "compress",
    "uncompress",
  ].map((name) => [name, compress] as const),
  ["cpio", (call, shell) => cpio(call, shell)],
  [
    "ar",
    (call, shell) =>
      /^-?[xtp]/.test(call.args[0]?.text ?? "")
        ? /x/.test(call.args[0]?.text ?? "")
          ? extractHere(shell)
          : UNSEEN
        : writeFirst(call.args[1], shell),
  ],
];

function extractHere(shell: Shell): Stream {
  judgeTree(literal("."), shell);
  return SILENT;
}

function writeFirst(arg: Arg | undefined, shell: Shell): Stream {
  if (arg !== undefined) judgeTarget(arg, shell, "file", true);
  return SILENT;
}

function tar(call: Call, shell: Shell): Stream {
  const [first] = call.args;
  const args =
    first !== undefined && /^[A-Za-z]+$/.test(first.text)
      ? [literal(`-${first.text}`), ...call.args.slice(1)]
      : call.args;
  const options = readOptions(args, {
    short: "fCTXbIgKNVFHL",
    long: [
      "--file",
      "--directory",
      "--to-command",
      "--use-compress-program",
      "--checkpoint-action",
      "--exclude",
      "--files-from",
      "--transform",
      "--rsh-command",
      "--info-script",
      "--new-volume-script",
      "--checkpoint",
    ],
  });
  for (const command of options.values(
    "--to-command",
    "--use-compress-program",
    "-I",
    "--rsh-command",
    "--info-script",
    "--new-volume-script",
    "-F",
  ))
    startedByOption(command.text, call, shell);
  for (const action of options.values("--checkpoint-action")) {
    if (action.text.startsWith("exec=")) startedByOption(action.text.slice("exec=".length), call, shell);
  }
  const file = options.values("-f", "--file")[0];
  if (options.has("-x", "--extract", "--get") && !options.has("-O", "--to-stdout")) {
    judgeTree(options.values("-C", "--directory").at(-1) ?? literal("."), shell);
    if (options.has("-P", "--absolute-names")) ask(shell, "opaque", "the archive may name any path");
  }
  if (
    options.has("-c", "--create", "-r", "--append", "-u", "--update", "-A", "--delete") &&
    file !== undefined &&
    file.text !== "-"
  )
    judgeTarget(file, shell, "file", true);
  if (options.has("--remove-files"))
    for (const operand of options.operands) judgeDelete(operand, shell, true);
  if (options.has("-c", "--create", "-r", "--append", "-u", "--update"))
    judgePacked(options.operands, options.values("-C", "--directory"), shell);
  return UNSEEN;
}

/** What is packed is read, from here or from a folder that was gone to before. */
function judgePacked(operands: readonly Arg[], folders: readonly Arg[], shell: Shell): void {
  for (const { text } of operands)
    for (const from of ["", ...folders.map((folder) => `${folder.text}/`)])
      judgeReadTree(text.startsWith("/") ? text : from + text, shell);
}

function unzip(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "dxP" });
  if (options.has("-l", "-t", "-v", "-p", "-Z", "-z", "--help")) return UNSEEN;
  judgeTree(options.values("-d")[0] ?? literal("."), shell);
  return SILENT;
}

function zip(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "bnixtTP", long: ["--unzip-command"] });
  for (const command of options.values("--unzip-command")) startedByOption(command.text, call, shell);
  if (call.args.some((arg) => arg.text.startsWith("-TT")))
    deny(shell, "env-exec", "an option of zip runs a program");
  for (const operand of options.operands.slice(1)) judgeReadTree(operand.text, shell);
  if (options.has("-m", "--move"))
    for (const operand of options.operands.slice(1)) judgeDelete(operand, shell, true);
  return writeFirst(options.operands[0], shell);
}

function sevenZip(call: Call, shell: Shell): Stream {
  const [verb, archive] = call.args;
  if (/^[ltb]/.test(verb?.text ?? "")) return UNSEEN;
  const folder = call.args.find((arg) => /^-o./.test(arg.text));
  if (/^[xe]$/.test(verb?.text ?? "")) judgeTree(literal(folder?.text.slice(2) ?? "."), shell);
  else writeFirst(archive, shell);
  return SILENT;
}

function compress(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "SoTD", long: ["--suffix"] });
  if (options.has("-l", "-t", "--list", "--test", "--help", "--version")) return UNSEEN;
  for (const target of options.values("-o")) judgeTarget(target, shell, "file");
  for (const operand of options.operands) {
    if (options.has("-c", "--stdout", "--to-stdout")) judgeRead(operand.text, shell);
    else judgeTarget(operand, shell, "entry", true);
  }
  return UNSEEN;
}

function cpio(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "DFEHIO" });
  if (options.has("-i", "--extract") && !options.has("-t"))
    judgeTree(options.values("-D")[0] ?? literal("."), shell);
  const target = options.operands[0];
  if (options.has("-p", "--pass-through") && target !== undefined) judgeTree(target, shell);
  for (const file of options.values("-O")) judgeTarget(file, shell, "file");
  return UNSEEN;
}
