import { literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { curl } from "./curl.ts";
import { rawConnection, remoteShell } from "./connection.ts";
import { judgeAddresses, judgeSent, printedFrom, writeRemote, judgeMethod } from "./request.ts";

/** Programs that fetch, send or listen. What they print is text from the network. */
export const NETWORK: readonly (readonly [string, Handler])[] = [
  ["curl", curl],
  ["wget", wget],
  ...["http", "https", "xh", "httpie", "aria2c", "lynx", "w3m", "links", "lwp-request", "GET", "POST"].map(
    (name) => [name, fetcher] as const,
  ),
  ...["nc", "ncat", "netcat", "socat", "telnet", "openssl"].map((name) => [name, rawConnection] as const),
  ...["ssh", "mosh", "rsh", "autossh", "sshpass"].map((name) => [name, remoteShell] as const),
  ...[
    "sftp",
    "ftp",
    "lftp",
    "rclone",
    "magic-wormhole",
    "wormhole",
    "croc",
    "ngrok",
    "cloudflared",
    "localtunnel",
    "lt",
    "mail",
    "sendmail",
    "mutt",
  ].map(
    (name) =>
      [
        name,
        (call: Call, shell: Shell) => {
          deny(shell, "secrets-read", `${call.program} would send files or open the machine`);
          return UNSEEN;
        },
      ] as const,
  ),
];

function wget(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "OoaPUeiTtwQ",
    long: [
      "--output-document",
      "--output-file",
      "--append-output",
      "--directory-prefix",
      "--post-file",
      "--body-file",
      "--post-data",
      "--body-data",
      "--header",
      "--execute",
      "--input-file",
      "--use-askpass",
      "--user-agent",
      "--method",
      "--timeout",
      "--tries",
      "--save-cookies",
    ],
  });
  if (options.has("-h", "--help", "-V", "--version", "--spider")) return UNSEEN;
  judgeAddresses(options.operands, shell);
  if (options.has("-e", "--execute", "--use-askpass", "-i", "--input-file"))
    ask(shell, "opaque", "what wget does is not visible");
  judgeSent(
    [
      ...options.values("--post-file", "--body-file").map((arg) => ({ ...arg, text: `@${arg.text}` })),
      ...options.values("--post-data", "--body-data", "--header"),
    ],
    call,
    options.operands,
    shell,
  );
  for (const file of options.values("-o", "--output-file", "-a", "--append-output", "--save-cookies"))
    judgeTarget(file, shell, "file");
  const document = options.values("-O", "--output-document")[0];
  if (document?.text === "-" || document?.text === "/dev/stdout") return printedFrom(options.operands);
  if (document !== undefined) writeRemote(document, shell);
  else judgeTree(options.values("-P", "--directory-prefix")[0] ?? literal("."), shell);
  return printedFrom(options.operands);
}

function fetcher(call: Call, shell: Shell): Stream {
  const urls = call.args.filter((arg) => /^(?:\w+:\/\/|:\d|localhost|[\w-]+\.[\w.]+)/.test(arg.text));
  judgeAddresses(call.args, shell);
  judgeMethod(call.args.find((arg) => /^(?:[A-Z]+|[a-z]+)$/.test(arg.text))?.text ?? "", urls, shell);
  judgeSent(
    call.args.filter((arg) => /@|<|\u0001/.test(arg.text)),
    call,
    urls,
    shell,
  );
  const options = readOptions(call.args, { short: "od", long: ["--output", "--dir", "--download"] });
  for (const file of options.values("-o", "--output")) writeRemote(file, shell);
  if (call.program === "aria2c") judgeTree(options.values("-d", "--dir")[0] ?? literal("."), shell);
  return printedFrom(urls);
}
