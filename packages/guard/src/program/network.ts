import { type Arg, HOLE, isOpaque, literal, readable, SECRET_HOLE } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN, unseenFrom } from "../shell/stream.ts";
import { judgeRead, judgeTarget, judgeTree } from "./file-access.ts";
import { readOptions } from "./option.ts";

/** Programs that fetch, send or listen. What they print is text from the network. */
export const NETWORK: readonly (readonly [string, Handler])[] = [
  ["curl", curl],
  ["wget", wget],
  ...["http", "https", "xh", "httpie", "aria2c", "lynx", "w3m", "links", "lwp-request", "GET", "POST"].map(
    (name) => [name, fetcher] as const,
  ),
  ...["nc", "ncat", "netcat", "socat", "telnet", "openssl"].map((name) => [name, socket] as const),
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

const METADATA =
  /169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2::254|169\.254\.170\.2/i;
const LOCAL = /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0)(?=[:/]|$)/i;
const CURL_LONG = [
  "--output",
  "--request",
  "--data",
  "--data-raw",
  "--data-binary",
  "--data-urlencode",
  "--data-ascii",
  "--json",
  "--form",
  "--form-string",
  "--upload-file",
  "--header",
  "--user",
  "--user-agent",
  "--cookie",
  "--cookie-jar",
  "--config",
  "--unix-socket",
  "--abstract-unix-socket",
  "--output-dir",
  "--dump-header",
  "--trace",
  "--trace-ascii",
  "--url",
  "--proxy",
  "--max-time",
  "--retry",
  "--cacert",
  "--cert",
  "--key",
  "--referer",
  "--connect-timeout",
  "--write-out",
  "--range",
  "--resolve",
  "--netrc-file",
  "--stderr",
  "--etag-save",
  "--libcurl",
  "--hsts",
  "--alt-svc",
  "--retry-delay",
  "--url-query",
  "--variable",
  "--expand-url",
];

function curl(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "oXdFTHuAbcKDxmEeUwrzCytYQP", long: CURL_LONG });
  if (options.has("-h", "--help", "-V", "--version")) return UNSEEN;
  const urls = [...options.operands, ...options.values("--url")];
  judgeAddresses(urls, shell);
  judgeMethod(options.values("-X", "--request")[0]?.text ?? "", urls, shell);
  for (const socket of options.values("--unix-socket", "--abstract-unix-socket"))
    judgeSocket(socket.text, shell);
  if (options.has("-K", "--config")) ask(shell, "opaque", "the settings of curl are not visible");
  for (const file of options.values("--netrc-file")) judgeRead(file.text, shell);
  if (options.has("-n", "--netrc", "--netrc-optional"))
    deny(shell, "secrets-read", "curl would read stored passwords");
  const sent = [
    ...options.values(
      "-d",
      "--data",
      "--data-binary",
      "--data-urlencode",
      "--data-ascii",
      "--json",
      "-F",
      "--form",
      "--variable",
      "--expand-url",
    ),
    ...options.values("-T", "--upload-file").map((arg) => ({ ...arg, text: `@${arg.text}` })),
  ];
  judgeSent(
    [...sent, ...options.values("-H", "--header", "-u", "--user", "-b", "--cookie", "--data-raw")],
    call,
    urls,
    shell,
  );
  const files = options.values(
    "-o",
    "--output",
    "-c",
    "--cookie-jar",
    "-D",
    "--dump-header",
    "--trace",
    "--trace-ascii",
    "--stderr",
    "--etag-save",
    "--libcurl",
    "--hsts",
    "--alt-svc",
  );
  const folder = options.values("--output-dir")[0]?.text;
  for (const file of files)
    if (file.text !== "-")
      writeRemote(folder === undefined ? file : literal(`${folder}/${file.text}`), shell);
  if (options.has("-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"))
    judgeTree(literal(folder ?? "."), shell);
  return remote(urls);
}

/** Deleting by a request is for local servers; elsewhere it destroys what others use. */
function judgeMethod(method: string, urls: readonly Arg[], shell: Shell): void {
  const named = urls.some((url) => /\/_?(?:delete\w*|destroy|purge|drop|truncate)(?:[/?]|$)/i.test(url.text));
  if (urls.every((url) => LOCAL.test(url.text))) return;
  if (/^delete$/i.test(method) || (named && /^(?:post|put|patch)$/i.test(method)))
    deny(shell, "db-cloud-destroy", "a request would delete what others use");
}

function remote(urls: readonly Arg[]): Stream {
  return urls.length > 0 && urls.every((url) => LOCAL.test(url.text)) ? UNSEEN : unseenFrom("remote");
}

function writeRemote(file: Arg, shell: Shell): void {
  const path = judgeTarget(file, shell, "file", true);
  if (path !== undefined) shell.state.files.set(path, unseenFrom("remote"));
}

function judgeAddresses(urls: readonly Arg[], shell: Shell): void {
  for (const url of urls) {
    if (METADATA.test(url.text)) deny(shell, "secrets-read", "the metadata service hands out credentials");
    if (url.text.includes(SECRET_HOLE))
      deny(shell, "secrets-read", "a credential would be sent in an address");
    if (/^(?:file|scp|sftp|smb|dict|gopher|ldap|telnet):/i.test(url.text)) {
      if (/^file:/i.test(url.text)) judgeRead(url.text.replace(/^file:\/\//i, ""), shell);
      else deny(shell, "remote-exec", "an address of this kind is not fetched");
    }
  }
}

function judgeSocket(path: string, shell: Shell): void {
  if (/docker|containerd|podman|crio/.test(path))
    deny(shell, "privilege", "the container service controls the machine");
  else deny(shell, "hook-tamper", "a local service would be steered", readable(path));
}

/** Sending needs a text that is visible, from no credential, from the environment of nobody. */
function judgeSent(values: readonly Arg[], call: Call, urls: readonly Arg[], shell: Shell): void {
  const local = urls.length > 0 && urls.every((url) => LOCAL.test(url.text));
  for (const value of values) {
    if (value.text.includes(SECRET_HOLE)) deny(shell, "secrets-read", "a credential would be sent");
    const file = /^(?:[^@=]*=)?@(.*)$/.exec(value.text) ?? /^[\w.-]+=<(.*)$/.exec(value.text);
    const name = file?.[1];
    if (name === undefined) continue;
    const stdin = name === "-" || name === "/dev/stdin";
    if (
      stdin &&
      (call.stdin?.taint === "environment" ||
        call.stdin?.taint === "secret" ||
        call.stdin?.text.includes(SECRET_HOLE) === true)
    )
      deny(shell, "secrets-read", "the environment would be sent");
    else if (!stdin) judgeRead(name, shell);
    if (!local && (isOpaque(name) || (stdin && call.stdin?.text.includes(HOLE) === true)))
      ask(shell, "opaque", "what would be sent is not visible");
    else if (!local) deny(shell, "secrets-read", "a file would be sent to another machine", readable(name));
  }
}

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
  if (document?.text === "-" || document?.text === "/dev/stdout") return remote(options.operands);
  if (document !== undefined) writeRemote(document, shell);
  else judgeTree(options.values("-P", "--directory-prefix")[0] ?? literal("."), shell);
  return remote(options.operands);
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
  return remote(urls);
}

/** A raw connection carries anything both ways; only looking is free. */
function socket(call: Call, shell: Shell): Stream {
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
function remoteShell(call: Call, shell: Shell): Stream {
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
