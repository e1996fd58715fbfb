import { HOLE, isOpaque, literal } from "../shell/arg.ts";
import { ask, type Call, contextOf, deny, type Shell } from "../shell/shell.ts";
import { SILENT, type Stream } from "../shell/stream.ts";
import { judgePatchText } from "../tool/judge-file-tool.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { each } from "./each-operand.ts";

/** `patch` changes what its input names. */
export function applyPatch(call: Call, shell: Shell): Stream {
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

/** Judges every file that a patch would change. */
export function patchText(text: string, shell: Shell, strip?: number): Stream {
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
