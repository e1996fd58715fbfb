import { type Arg, HOLE, isOpaque, readable, SECRET_HOLE } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN, unseenFrom } from "../shell/stream.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget } from "./write-access.ts";

const METADATA =
  /169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2::254|169\.254\.170\.2/i;

/** Addresses of this machine. */
export const LOCAL = /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0)(?=[:/]|$)/i;

/** Judges addresses that are fetched: credentials may be neither read nor sent by one. */
export function judgeAddresses(urls: readonly Arg[], shell: Shell): void {
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

/** Deleting by a request is for local servers; elsewhere it destroys what others use. */
export function judgeMethod(method: string, urls: readonly Arg[], shell: Shell): void {
  const named = urls.some((url) => /\/_?(?:delete\w*|destroy|purge|drop|truncate)(?:[/?]|$)/i.test(url.text));
  if (urls.every((url) => LOCAL.test(url.text))) return;
  if (/^delete$/i.test(method) || (named && /^(?:post|put|patch)$/i.test(method)))
    deny(shell, "db-cloud-destroy", "a request would delete what others use");
}

/** Sending needs a text that is visible, from no credential, from the environment of nobody. */
export function judgeSent(values: readonly Arg[], call: Call, urls: readonly Arg[], shell: Shell): void {
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

/** Text from the network is unseen and remote, unless every address is local. */
export function printedFrom(urls: readonly Arg[]): Stream {
  return urls.length > 0 && urls.every((url) => LOCAL.test(url.text)) ? UNSEEN : unseenFrom("remote");
}

/** Judges a file that is written from the network, and remembers where its text comes from. */
export function writeRemote(file: Arg, shell: Shell): void {
  const path = judgeTarget(file, shell, "file", true);
  if (path !== undefined) shell.state.files.set(path, unseenFrom("remote"));
}
