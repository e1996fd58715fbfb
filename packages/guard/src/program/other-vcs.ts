import { literal, readable } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";

const VCS_READS =
  /^(?:status|st|diff|log|show|blame|annotate|info|ls|list|help|version|--version|--help|cat|files|branches|tags|heads|parents|root|paths|evolog|obslog|view|timeline|id|identify|summary)$/;

/** Other systems of versions may be read; what writes with them is refused. */
export function otherVcs(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  const verb = words[0] ?? "";
  if (call.args.some((arg) => /^--(?:help|version)$/.test(arg.text)) || VCS_READS.test(verb)) return UNSEEN;
  if (words.includes("push") || (/^(?:commit|ci|submit)$/.test(verb) && call.program === "svn"))
    deny(shell, "git-push", `${call.program} would publish`);
  else if (
    /^(?:revert|restore|abandon|purge|clean|undo|cleanup|discard|goto|checkout|co|update|up)$/.test(verb)
  )
    deny(shell, "git-discard", `${call.program} ${verb} may throw away work`);
  else if (call.program === "glab")
    return shell.exec(
      [literal("gh"), ...call.args.map((arg) => (arg.text === "mr" ? literal("pr") : arg))],
      shell,
      call.stdin,
    );
  else deny(shell, "git-commit", `${call.program} ${readable(verb)} writes history`);
  return UNSEEN;
}
