import { HOLE, isOpaque, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { absolute, judgeRead } from "./file-access.ts";
import { judgeCode } from "./inline-code.ts";
import { below } from "../path/resolve-path.ts";
import { scopeAllows } from "@breakwater/core";

/** Which language executes a text. */
export type Language = "shell" | "python" | "node" | "ruby" | "perl" | "php" | "awk" | "other";

/** Judges a text that is executed: a shell follows it, other languages are searched for what they would do. */
export function executeStream(stream: Stream, shell: Shell, language: Language): Stream {
  if (stream.taint === "remote") {
    deny(shell, "remote-exec", "text from the network is executed");
    return UNSEEN;
  }
  if (stream.taint === "decoded") deny(shell, "obfuscated", "decoded or rearranged text is executed");
  const hidden = isOpaque(stream.text);
  if (stream.text.trim() === HOLE) {
    ask(shell, "opaque", "the executed text is not visible");
    return UNSEEN;
  }
  if (hidden) ask(shell, "opaque", "part of the executed text is not visible");
  if (language === "shell") return shell.run(stream.text, shell);
  judgeCode(stream.text, shell, language);
  return UNSEEN;
}

/** A text argument that is executed, with the origin of what was substituted into it. */
export function executeText(text: string, shell: Shell, language: Language): Stream {
  const taint = isOpaque(text) ? shell.trace.tainted : undefined;
  return executeStream(taint === undefined ? { text } : { text, taint }, shell, language);
}

/** Folders whose scripts act on the repository as a whole, whatever language they are in. */
const ACTING_FOLDERS = /^(?:scripts?|tools?|bin|hack|ci|\.github|deploy|ops|infra|migrations?)$/;

/**
 * Judges running a script file. A file written in the same command is followed; another one cannot be seen.
 *
 * The project's own modules, run by the project's own runtime, count as ordinary work.
 */
export function runScriptFile(
  text: string,
  call: Call,
  shell: Shell,
  language: Language,
): Stream | undefined {
  const path = absolute(text, shell);
  const written = path === undefined ? undefined : shell.state.files.get(path);
  if (written !== undefined) {
    const inner: Shell = {
      ...shell,
      state: { ...shell.state, positional: call.args.map((arg) => arg.text) },
    };
    return executeStream(written, inner, language);
  }
  judgeRead(text, shell);
  if (path !== undefined && !isOpaque(path) && language !== "shell" && isOwnModule(path, shell, language))
    return UNSEEN;
  ask(shell, "opaque", `what ${readable(text)} does is not visible`, readable(text));
  return UNSEEN;
}

function isOwnModule(path: string, shell: Shell, language: Language): boolean {
  const name = below(shell.policy.root, path);
  if (name === undefined) return false;
  const { grant } = shell.policy;
  if (grant.kind === "write" && scopeAllows(grant.scope, name).kind === "allowed") return true;
  const folders = name.split("/").slice(0, -1);
  return language === "node" && !folders.some((folder) => ACTING_FOLDERS.test(folder));
}
