import { literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { judgeAddresses, judgeMethod, judgeSent, writeRemote, printedFrom } from "./request.ts";

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

/** Judges what curl reads, sends and writes; what it prints comes from its addresses. */
export function curl(call: Call, shell: Shell): Stream {
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
  return printedFrom(urls);
}

function judgeSocket(path: string, shell: Shell): void {
  if (/docker|containerd|podman|crio/.test(path))
    deny(shell, "privilege", "the container service controls the machine");
  else deny(shell, "hook-tamper", "a local service would be steered", readable(path));
}
