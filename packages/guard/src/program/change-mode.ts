import { type Arg, readable } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream } from "../shell/stream.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Changing rights or owners counts as a change of the files; rights of another user are refused. */
export function changeMode(call: Call, shell: Shell): Stream {
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
