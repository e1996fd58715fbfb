import { ask, type Call, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { refuse } from "./refuse.ts";
import { readOptions } from "./option.ts";

const GH_READS = /^(?:view|list|status|diff|checks|search|browse|help|watch|ls)$/;

/** Judges `gh` by its group and verb. */
export function github(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  const [group = "", verb = ""] = words;
  if (call.args.some((arg) => arg.text === "--help" || arg.text === "--version") || group === "")
    return UNSEEN;
  if (group === "auth")
    return verb === "status"
      ? UNSEEN
      : refuse(
          shell,
          verb === "token" ? "secrets-read" : "hook-tamper",
          `gh auth ${verb} handles credentials`,
        );
  if (group === "api") return githubApi(call, shell);
  if (/^(?:secret|variable|ssh-key|gpg-key)$/.test(group))
    return /^list$/.test(verb) ? UNSEEN : refuse(shell, "secrets-read", `gh ${group} handles credentials`);
  if (group === "repo" && verb === "sync") return refuse(shell, "git-push", "gh repo sync moves branches");
  if (group === "repo" && /^(?:delete|archive|rename|edit|create|fork|unarchive|deploy-key)$/.test(verb))
    return refuse(shell, "db-cloud-destroy", `gh repo ${verb} changes a repository`);
  if (group === "repo" && verb === "clone")
    return shell.exec(
      [{ text: "git", glob: false }, { text: "clone", glob: false }, ...call.args.slice(2)],
      shell,
    );
  if (group === "pr" && /^(?:merge|checkout|update-branch|revert)$/.test(verb))
    return refuse(shell, "git-commit", `gh pr ${verb} changes branches`);
  if (
    /^(?:release|workflow|run|cache|extension|alias|config|codespace|gist|ruleset|label|project)$/.test(group)
  ) {
    if (GH_READS.test(verb) || verb === "get" || verb === "") return UNSEEN;
    if (verb === "download") return refuse(shell, "scope-write", "gh would write files");
    return refuse(
      shell,
      group === "release" || group === "gist"
        ? "publish"
        : group === "extension" || group === "alias" || group === "config"
          ? "hook-tamper"
          : "db-cloud-destroy",
      `gh ${group} ${verb} changes what others use`,
    );
  }
  if (group === "issue" && /^(?:delete|transfer)$/.test(verb))
    return refuse(shell, "db-cloud-destroy", "gh would delete an issue");
  if (group === "status" || group === "search" || group === "browse" || GH_READS.test(verb)) return UNSEEN;
  ask(shell, "opaque", `gh ${group} ${verb} speaks to others in the person's name`);
  return UNSEEN;
}

function githubApi(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args.slice(1), {
    short: "XfFHqt",
    long: ["--method", "--field", "--raw-field", "--header", "--jq", "--template", "--input"],
  });
  const method = options.values("-X", "--method")[0]?.text.toUpperCase();
  const writes =
    method === undefined
      ? options.has("-f", "-F", "--field", "--raw-field", "--input")
      : method !== "GET" && method !== "HEAD";
  return writes ? refuse(shell, "db-cloud-destroy", "gh api would change something") : UNSEEN;
}
