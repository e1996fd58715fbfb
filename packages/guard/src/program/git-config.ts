import { deny, type Shell } from "../shell/shell.ts";
import { executeText } from "./execute.ts";
import type { Arg } from "../shell/arg.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { GitCall } from "./git-call.ts";
import { readOptions } from "./option.ts";

/** Settings whose value git executes, or that send it to other code or places. */
const EXECUTING =
  /^(?:core\.(?:pager|sshcommand|hookspath|fsmonitor|editor|askpass|gitproxy|worktree|attributesfile|alternaterefscommand|trustctime)|diff\.external|diff\..*\.(?:textconv|command)|filter\..*|merge\..*\.driver|sequence\.editor|credential\..*|credential|protocol\..*|gpg\.(?:.*\.)?program|gpg\.ssh\..*|pager\..*|difftool\..*|mergetool\..*|browser\..*|man\..*|uploadpack\..*|receive\..*|remote\..*|url\..*|include\.path|includeif\..*|http\..*proxy.*|ssh\..*|sendemail\..*|init\.templatedir|submodule\..*|imap\..*|interactive\.difffilter|trailer\..*|extensions\..*|safe\.directory|commit\.template|hook\..*|maintenance\..*|web\.browser|instaweb\..*|guitool\..*|gitcvs\..*|format\..*signature.*)$/i;

/** Judges one setting given for one call; returns the alias it defines. */
export function judgeSetting(setting: string, shell: Shell): readonly [string, string] | undefined {
  const equals = setting.indexOf("=");
  const name = equals < 0 ? setting : setting.slice(0, equals);
  const value = equals < 0 ? "true" : setting.slice(equals + 1);
  if (/^alias\./i.test(name)) return [name.slice("alias.".length), value];
  if (!EXECUTING.test(name) || isHarmless(name, value)) return undefined;
  if (/\s|^!/.test(value)) executeText(value.replace(/^!/, ""), shell, "shell");
  deny(shell, "env-exec", `the setting ${name} makes git run code or look elsewhere`);
  return undefined;
}

function isHarmless(name: string, value: string): boolean {
  if (/^safe\.directory$/i.test(name)) return false;
  return (
    /^(?:core\.pager|pager\..*|core\.fsmonitor|core\.editor|sequence\.editor)$/i.test(name) &&
    /^(?:|cat|less|more|false|true|:)$/.test(value)
  );
}

/** `git config` reads or writes, by its options and the number of its operands. */
export function judgeConfig(args: readonly Arg[], git: GitCall): Stream {
  const options = readOptions(args, {
    short: "f",
    long: ["--file", "--blob", "--type", "--default", "--url", "--comment", "--value"],
  });
  const [first] = options.operands;
  if (
    options.has(
      "--get",
      "--get-all",
      "--get-regexp",
      "--get-urlmatch",
      "--list",
      "-l",
      "--get-color",
      "--get-colorbool",
    )
  )
    return UNSEEN;
  if (/^(?:get|list)$/.test(first?.text ?? "")) return UNSEEN;
  const writes = options.has(
    "--unset",
    "--unset-all",
    "--add",
    "--replace-all",
    "--rename-section",
    "--remove-section",
    "--edit",
    "-e",
    "--global",
    "--system",
  );
  if (!writes && options.operands.length === 1 && !/^(?:set|unset|edit)$/.test(first?.text ?? ""))
    return UNSEEN;
  const name = first?.text === "set" ? options.operands[1] : first;
  const value = first?.text === "set" ? options.operands[2] : options.operands[1];
  if (name !== undefined && value !== undefined) judgeSetting(`${name.text}=${value.text}`, git.shell);
  if (git.foreign && !options.has("--global", "--system", "-f", "--file")) return UNSEEN;
  deny(git.shell, "git-commit", "git would write its configuration");
  return UNSEEN;
}
