import { type Arg, readable } from "../shell/arg.ts";
import { deny, type Shell } from "../shell/shell.ts";
import { executeText } from "./execute.ts";

/** Options by which a subcommand runs another program. */
export function judgeExecutingOptions(verb: string, args: readonly Arg[], shell: Shell): void {
  args.forEach((arg, at) => {
    const long =
      /^--(?:upload-pack|receive-pack|exec|open-files-in-pager|extcmd|tree-filter|msg-filter|index-filter|env-filter|commit-filter|tag-name-filter|parent-filter|setup|smtp-server|sendmail-cmd|to-cmd|cc-cmd|header-cmd)(?:=(.*))?$/.exec(
        arg.text,
      );
    const short = shortExec(verb, arg.text);
    if (long === null && short === undefined) return;
    if (
      arg.text === "--exec" &&
      verb !== "rebase" &&
      verb !== "push" &&
      verb !== "archive" &&
      verb !== "ls-remote"
    )
      return;
    const value = long?.[1] ?? (short === "" || short === undefined ? (args[at + 1]?.text ?? "") : short);
    if (
      value !== "" &&
      !/^(?:less|vim?|git-(?:upload|receive)-pack|git (?:upload|receive)-pack)$/.test(value)
    ) {
      executeText(value, shell, "shell");
      deny(shell, "env-exec", `an option of git ${verb} runs a program`);
    }
  });
  for (const arg of args)
    if (/^(?:ext|fd)::/.test(arg.text))
      deny(shell, "env-exec", "the address of a repository runs a command", readable(arg.text));
}

function shortExec(verb: string, text: string): string | undefined {
  const letter = { grep: "-O", difftool: "-x", rebase: "-x", clone: "-u" }[verb];
  return letter !== undefined && text.startsWith(letter) ? text.slice(2) : undefined;
}
