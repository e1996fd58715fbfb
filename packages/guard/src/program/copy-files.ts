import { type Arg, isOpaque, literal, readable, SUPPLIED } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { absolute, isFolder, isRegenerable, isScratch } from "./place.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { type Options, readOptions } from "./option.ts";
import { each } from "./each-operand.ts";
import { linkHere, judgeLink } from "./link-files.ts";

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
export function copy(call: Call, shell: Shell): Stream {
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

function isRemote(text: string): boolean {
  return /^[\w.@-]+:(?!\\)/.test(text) || /^(?:rsync|ssh|sftp):\/\//.test(text);
}
