import { deny, type Shell } from "../shell/shell.ts";
import { executeText } from "./execute.ts";

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
