import { readable } from "../shell/arg.ts";
import type { Call, Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { readOptions } from "./option.ts";
import { refuse } from "./refuse.ts";
import { runPackage } from "./run-package.ts";

/** Judges a package manager of Python by its verb. */
export function pythonManager(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-"));
  const verb = words[0]?.text ?? "";
  if (call.args.some((arg) => /^(?:--dry-run|--help|--version|-V|-h)$/.test(arg.text)) && verb !== "run")
    return UNSEEN;
  const at = call.args.findIndex((arg) => arg.text === verb);
  if (
    /^(?:run|exec|x)$/.test(verb) ||
    (call.program === "uv" && verb === "tool" && words[1]?.text === "run")
  ) {
    const rest = call.args.slice(at + (verb === "tool" ? 2 : 1));
    return call.program === "pipx" || verb === "tool"
      ? runPackage(rest, call, shell)
      : shell.exec(
          readOptions(rest, {
            short: "mpn",
            long: [
              "--with",
              "--python",
              "--from",
              "--group",
              "--extra",
              "--env-file",
              "--name",
              "--prefix",
              "--cwd",
            ],
            stopAtOperand: true,
          }).operands,
          shell,
          call.stdin,
        );
  }
  if (/^(?:publish|upload)$/.test(verb))
    return refuse(shell, "publish", `${call.program} ${verb} changes the registry`);
  if (
    /^(?:list|show|freeze|check|search|debug|inspect|index|help|config-list|env-info|info|tree|version|why|cache-dir|export|)$/.test(
      verb,
    ) &&
    !(verb === "version" && words.length > 1)
  )
    return UNSEEN;
  if (words.some((arg) => /^(?:https?|git\+)/.test(arg.text)))
    return refuse(shell, "remote-exec", "a package from an address runs code");
  return refuse(shell, "scope-write", `${call.program} ${readable(verb)} changes what is installed`);
}
