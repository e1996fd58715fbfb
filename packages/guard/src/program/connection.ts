import { type Arg, isOpaque, SECRET_HOLE } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN, unseenFrom } from "../shell/stream.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { LOCAL } from "./request.ts";

/** A raw connection carries anything both ways; only looking is free. */
export function rawConnection(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "ecXxswpIiO",
    long: ["--exec", "--sh-exec", "--lua-exec"],
  });
  if (call.program === "openssl") return openssl(call, shell);
  if (
    call.args.some((arg) => /^(?:EXEC|SYSTEM|SHELL):/i.test(arg.text)) ||
    options.has("-e", "-c", "--exec", "--sh-exec", "--lua-exec")
  ) {
    deny(shell, "remote-exec", "a network connection would run a program");
    return UNSEEN;
  }
  if (call.args.some((arg) => /UNIX|\.sock/i.test(arg.text)) || options.has("-U"))
    deny(shell, "hook-tamper", "a local service would be steered");
  else if (!options.has("-z", "-h", "--help")) {
    if (call.stdin !== undefined && (call.stdin.taint !== undefined || call.stdin.text.includes(SECRET_HOLE)))
      deny(shell, "secrets-read", "the environment would be sent");
    else if (call.stdin !== undefined && isOpaque(call.stdin.text) && !options.operands.some(isLocal))
      deny(shell, "remote-exec", "what is not visible would be sent to another machine");
    else ask(shell, "opaque", `${call.program} opens a raw connection`);
  }
  return unseenFrom("remote");
}

function isLocal(arg: Arg): boolean {
  return LOCAL.test(arg.text) || /:(?:localhost|127\.)/.test(arg.text);
}

function openssl(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    singleDash: true,
    long: ["-out", "-keyout", "-in", "-k", "-pass", "-connect"],
  });
  for (const file of options.values("-out", "-keyout")) judgeTarget(file, shell, "file");
  for (const file of options.values("-in")) judgeRead(file.text, shell);
  if (call.args[0]?.text === "s_client") ask(shell, "opaque", "openssl opens a raw connection");
  return unseenFrom(call.stdin?.taint);
}

/** What another machine is told to do is out of sight. */
export function remoteShell(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "oFiJlmpbcDeEILOQRSWwB", stopAtOperand: true });
  if (options.has("-V")) return UNSEEN;
  const risky = options
    .values("-o")
    .some((arg) =>
      /^(?:ProxyCommand|LocalCommand|PermitLocalCommand|KnownHostsCommand|Match)\b/i.test(arg.text.trim()),
    );
  if (risky || options.has("-R", "-D", "-F"))
    deny(shell, "env-exec", "an option of ssh runs a program or opens the machine");
  if (call.stdin?.taint === "environment" || call.stdin?.taint === "secret")
    deny(shell, "secrets-read", "the environment would be sent");
  else if (call.stdin !== undefined && isOpaque(call.stdin.text))
    deny(shell, "secrets-read", "files would be sent to another machine");
  if (call.program === "sshpass")
    return shell.exec(
      readOptions(call.args, { short: "pfdP", stopAtOperand: true }).operands,
      shell,
      call.stdin,
    );
  ask(shell, "opaque", "what another machine would do is not visible");
  return unseenFrom("remote");
}
