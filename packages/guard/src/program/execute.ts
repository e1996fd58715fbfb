import { HOLE, isOpaque, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { absolute } from "./place.ts";
import { judgeRead } from "./read-access.ts";
import { judgeCode } from "./inline-code.ts";
import { purposeOf } from "./script-name.ts";
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

/** Scripts that set up the shell for a runtime, and do nothing else. */
const ACTIVATES =
  /(?:^|\/)(?:\.?v?env\/bin\/activate|\.nvm\/nvm\.sh|\.cargo\/env|\.sdkman\/bin\/sdkman-init\.sh)$/;

/** Programs that only pack or page: naming one in an option runs nothing that matters. */
const PLAIN_FILTER =
  /^(?:\/usr\/bin\/)?(?:gzip|pigz|bzip2|pbzip2|lbzip2|xz|pxz|zstd|zstdmt|lz4|lzop|lzip|brotli|cat|less|more|most|bat)(?:\s+-[\w=-]+)*$/;

/** A program that is named in an option of another: followed for a better reason, and refused. */
export function startedByOption(text: string, call: Call, shell: Shell): void {
  if (PLAIN_FILTER.test(text.trim()) || text.trim() === "") return;
  executeText(text, shell, "shell");
  deny(shell, "env-exec", `an option of ${call.program} runs a program`);
}

/** Test suites run code that nobody looks at, by whatever runtime. */
const TESTS = /(?:^|\/)(?:tests?|specs?|__tests__)\/|(?:^|\/)test_\w+\.py$|[._-](?:test|spec)\.\w+$/;

/** Folders whose scripts act on the repository as a whole, whatever language they are in. */
const ACTING_FOLDERS = /^(?:deploy|ops|infra|migrations?)$/;

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
  if (ACTIVATES.test(text)) return UNSEEN;
  ask(shell, "opaque", `what ${readable(text)} does is not visible`, readable(text));
  return UNSEEN;
}

function isOwnModule(path: string, shell: Shell, language: Language): boolean {
  const name = below(shell.policy.root, path);
  if (name === undefined) return false;
  const { grant } = shell.policy;
  if (grant.kind === "write" && scopeAllows(grant.scope, name).kind === "allowed") return true;
  if (TESTS.test(name)) return true;
  const folders = name.split("/").slice(0, -1);
  const file = (name.split("/").at(-1) ?? "").replace(/\.\w+$/, "");
  return (
    language === "node" &&
    !folders.some((folder) => ACTING_FOLDERS.test(folder)) &&
    purposeOf(file) === "ordinary"
  );
}

/** Judges what is executed from the input of a program. */
export function runStdin(call: Call, shell: Shell, language: Language): Stream {
  return call.stdin === undefined ? UNSEEN : executeStream(call.stdin, shell, language);
}
