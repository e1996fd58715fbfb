import type { Arg } from "../shell/arg.ts";
import type { Call, Shell } from "../shell/shell.ts";
import { SILENT, type Stream } from "../shell/stream.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Judges each argument; the program prints nothing. */
export function each(args: readonly Arg[], judge: (arg: Arg) => unknown): Stream {
  for (const arg of args) judge(arg);
  return SILENT;
}

/** Judges every operand of a program as a write, or as a deletion where an `entry` goes away. */
export function eachOperand(call: Call, shell: Shell, kind: "file" | "folder" | "entry", short = ""): Stream {
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
