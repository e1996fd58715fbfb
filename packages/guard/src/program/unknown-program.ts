import { type Arg, isOpaque, readable, SECRET_HOLE } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { below } from "../path/resolve-path.ts";
import { changeSources, IN_PLACE } from "./formatter.ts";
import { absolute } from "./place.ts";
import { judgeTree } from "./write-access.ts";

const REACHING =
  /^(?:delete|destroy|drop|remove|rm|purge|wipe|nuke|erase|uninstall|deploy|publish|release|exec|run|eval|apply|reset|install|kill|stop|terminate|shutdown|revoke|unlink|truncate|prune|clean|format|flash|overwrite|write|upload|send|post|put|sync|restore|rollback|downgrade|force|commit|merge|rebase|sudo|sh|bash|shell|script|source|import)$/i;

const REACHING_OPTION =
  /^(?:--?(?:c|e|x|o|i|exec|eval|execute|command|cmd|call|run|script|shell|output|out|write|in-place|inplace|fix|delete|remove|force|purge|overwrite|yes|apply|install|prod|unsafe|hook|preload|require|plugin|daemon|detach|upload|post|send|init-file|rcfile|config)(?:=.*)?)$/i;

/**
 * Judges a program that is not known. Plain words and short options are let through; whatever reaches far
 * (verbs that destroy or run, outputs, other places, scripts, addresses) is asked about.
 */
export function judgeUnknown(call: Call, shell: Shell): void {
  const name = readable(call.program);
  if (call.args.some((arg) => arg.text.includes(SECRET_HOLE)))
    deny(shell, "secrets-read", `${name} would be given a credential`);
  if (shell.policy.unknownPrograms === "ask") return ask(shell, "unknown-program", `${name} is not known`);
  if (
    call.args.every((arg) => /^(?:--help|--version|-h|-V|help|version)$/.test(arg.text)) ||
    call.args.some((arg) => arg.text === "--version")
  )
    return;
  judgeNamedDeed(call, shell);
  if (call.args.some((arg) => IN_PLACE.test(arg.text))) return void changeSources(call, shell);
  const reaches = call.args.find(
    (arg, at) =>
      REACHING.test(arg.text) ||
      (REACHING_OPTION.test(arg.text) && !namesFile(call.args, at, shell)) ||
      /[\s;|&<>`(]|:\/\//.test(arg.text) ||
      isOpaque(arg.text) ||
      leaves(arg.text, shell),
  );
  const fed = call.stdin !== undefined && call.stdin.taint === "remote";
  if (reaches !== undefined || fed)
    ask(
      shell,
      "unknown-program",
      `${name} is not known, and ${readable(reaches?.text ?? "its input")} may reach far`,
    );
}

/** Whether an option is followed by a file: one to be read is free, one to be written is judged. */
function namesFile(args: readonly Arg[], at: number, shell: Shell): boolean {
  const option = args[at]?.text ?? "";
  const next = args[at + 1];
  if (next === undefined || !/^[\w@./-]*[\w-]+\.\w+$/.test(next.text)) return false;
  if (/^--?(?:o|out|output|write)$/.test(option)) {
    judgeTree(next, shell);
    return true;
  }
  return /^--?(?:i|c|config|require|script|source)$/.test(option);
}

/** Some words say what any program would do. */
function judgeNamedDeed(call: Call, shell: Shell): void {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).slice(0, 2);
  for (const { text } of words) {
    if (/^(?:publish|deploy|release)$/.test(text))
      deny(shell, "publish", `${readable(call.program)} ${text}`);
  }
}

function leaves(text: string, shell: Shell): boolean {
  if (!/^(?:\/|~|\.\.)|\/\.\./.test(text)) return false;
  const path = absolute(text, shell);
  return path === undefined || below(shell.policy.root, path) === undefined;
}
