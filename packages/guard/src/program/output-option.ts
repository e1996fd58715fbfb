import { type Arg, literal } from "../shell/arg.ts";
import type { Call, Shell } from "../shell/shell.ts";
import { judgeTree } from "./write-access.ts";

/** The value of each option that names an output must be in scope, scratch or made again by a build. */
export function judgeOutputs(call: Call, names: readonly string[], shell: Shell): void {
  call.args.forEach((arg, at) => {
    for (const name of names) {
      const next = call.args[at + 1];
      if ((arg.text === name || (name.length > 3 && arg.text === name.slice(1))) && next !== undefined)
        judgeTree(next, shell);
      else if (arg.text.startsWith(`${name}=`)) judgeTree(literal(arg.text.slice(name.length + 1)), shell);
      else if (
        name.length === 2 &&
        !name.startsWith("--") &&
        arg.text.startsWith(name) &&
        arg.text.length > 2 &&
        name === "-o"
      )
        judgeTree(literal(arg.text.slice(2)), shell);
    }
  });
}

/** The values given to some long options, by word or by `=`. */
export function valuesOf(args: readonly Arg[], names: readonly string[]): readonly Arg[] {
  return args.flatMap((arg, at) => {
    const name = names.find((each) => arg.text === each || arg.text.startsWith(`${each}=`));
    if (name === undefined) return [];
    return arg.text === name ? (args[at + 1] ?? []) : [literal(arg.text.slice(name.length + 1))];
  });
}
