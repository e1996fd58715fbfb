import { literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { RuleId } from "../rule/registry.ts";
import { judgeTree } from "./write-access.ts";

/** How a program is judged by its verbs: reading ones are free, destroying ones refused, the rest asked about. */
export type Verbs = {
  readonly reads: RegExp;
  readonly denies: RegExp;
  readonly rule: RuleId;
  /** Verbs that write files of the repository that the command does not name. */
  readonly writes?: RegExp;
};

const HANDS_OUT =
  /^(?:credentials?|print-(?:access|identity)-token|get-login-password|get-secret-value|get-session-token|get-federation-token|assume-role\S*|config:get|export-credentials|tokens?|get-access-token|access|get-credentials|get-authorization-token|secrets?\/\S+|kubeconfig)$/;

/** Judges a program by its verbs; handing out credentials is refused before anything else. */
export function judgeVerbs(call: Call, shell: Shell, verbs: Verbs): Stream {
  const words = call.args.filter(
    (arg, at) =>
      !arg.text.startsWith("-") &&
      !/^(?:-n|--namespace|--profile|--region|--project|--context|-C|--chdir|--cwd|--kubeconfig|--output|-o|--scope|--token)$/.test(
        call.args[at - 1]?.text ?? "",
      ),
  );
  if (
    words.some((arg) => arg.text.includes("\u0001") || HANDS_OUT.test(arg.text)) ||
    (words.some((arg) => /^secrets?$/.test(arg.text)) && !words.some((arg) => arg.text === "list"))
  )
    deny(shell, "secrets-read", "credentials would be read");
  if (helped(call)) return UNSEEN;
  const texts = words.slice(0, 4).flatMap((arg) => {
    const text = arg.text.replaceAll("_", "-");
    return /^[\w-]+:[\w-]+$/.test(text) ? [text, text.slice(text.indexOf(":") + 1)] : [text];
  });
  if (verbs.writes?.test(texts[0] ?? "") === true) judgeTree(literal("."), shell);
  const publishes =
    verbs.rule === "publish" &&
    (texts.length === 0 ||
      call.args.some((arg) => /^(?:--prod|--production|--publish|--yes)$/.test(arg.text)));
  const group = /^(?:workspace|stacks?|config|env|context|secrets?|logs|apps|devices)$/.test(texts[0] ?? "");
  const readsFirst = verbs.reads.test(texts[0] ?? "") && !group;
  const denied = texts.find((word, at) => verbs.denies.test(word) && !(readsFirst && at > 0));
  const flag = call.args.find((arg) =>
    /^--(?:delete|destroy|alter|drop|purge|terminate)(?:$|[=-])/.test(arg.text),
  );
  if (publishes || denied !== undefined || flag !== undefined)
    deny(
      shell,
      verbs.rule,
      `${call.program} ${readable(denied ?? flag?.text ?? "")} changes what others use`.replace("  ", " "),
    );
  else if (!texts.slice(0, 3).some((word) => verbs.reads.test(word)) && texts.length > 0)
    ask(shell, "unknown-program", `${call.program} ${readable(texts.join(" "))} is not known`);
  return UNSEEN;
}

/** Whether a call only explains itself or only tries. */
export function helped(call: Call): boolean {
  return call.args.some((arg) =>
    /^(?:--help|--version|--dry-run(?:=\w+)?|--dryrun|-h|--check)$/.test(arg.text),
  );
}
