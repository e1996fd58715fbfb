import type { HereDoc, Redirect, Redirection } from "unbash";
import { judgeRead } from "../program/read-access.ts";
import { judgeTarget } from "../program/write-access.ts";
import { HOLE, isOpaque } from "./arg.ts";
import { expandPartsText, expandText, expandWord } from "./expand-word.ts";
import { ask, deny, type Shell } from "./shell.ts";
import { SILENT, type Stream, UNSEEN } from "./stream.ts";

/** The streams of one command after its redirections: what it reads, and the files its output goes to. */
export type OpenStreams = {
  readonly stdin: Stream | undefined;
  readonly outputs: readonly { readonly path: string; readonly append: boolean }[];
};

/** Judges every redirection of a command in order. */
export function openRedirects(redirects: readonly Redirection[], shell: Shell): OpenStreams {
  let stdin: Stream | undefined;
  const outputs: { path: string; append: boolean }[] = [];
  for (const redirect of redirects) {
    const number = redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : undefined;
    switch (redirect.type) {
      case "HereDoc":
        if (number === undefined || number === 0) stdin = readHereDoc(redirect, shell);
        else readHereDoc(redirect, shell);
        break;
      case "HereString": {
        const text = redirect.target === undefined ? HOLE : expandText(redirect.target, shell);
        stdin = withTaint(`${text}\n`, shell);
        break;
      }
      case "Redirect": {
        const opened = openFile(redirect, shell);
        if (opened?.stdin !== undefined && (number ?? 0) === 0) stdin = opened.stdin;
        if (opened?.output !== undefined && (number ?? 1) <= 1) outputs.push(opened.output);
        break;
      }
    }
  }
  return { stdin, outputs };
}

/** Remembers what a command has written to its files, and returns what is left to be read by a pipe. */
export function recordOutput(streams: OpenStreams, printed: Stream, shell: Shell): Stream {
  for (const { path, append } of streams.outputs) {
    const before = append ? (shell.state.files.get(path) ?? UNSEEN) : SILENT;
    const text = before.text + printed.text;
    const taint = printed.taint ?? before.taint;
    shell.state.files.set(path, taint === undefined ? { text } : { text, taint });
  }
  return streams.outputs.length > 0 ? SILENT : printed;
}

function withTaint(text: string, shell: Shell): Stream {
  const taint = shell.trace.tainted;
  return taint === undefined ? { text } : { text, taint };
}

function readHereDoc(redirect: HereDoc, shell: Shell): Stream {
  if (redirect.closing === undefined) ask(shell, "opaque", "a here-document has no end");
  const { parts, text } = redirect.body;
  return withTaint(parts === undefined ? text : expandPartsText(parts, shell), shell);
}

type OpenedFile = { readonly stdin?: Stream; readonly output?: { path: string; append: boolean } };

function openFile(redirect: Redirect, shell: Shell): OpenedFile | undefined {
  if (redirect.target === undefined) return undefined;
  const words = expandWord(redirect.target, shell);
  const { operator } = redirect;
  let opened: OpenedFile | undefined;
  for (const word of words) {
    const { text } = word;
    if ((operator === ">&" || operator === "<&") && /^(?:\d+-?|-)$/.test(text)) continue;
    if (/^\/dev\/(?:tcp|udp)\//.test(text))
      deny(shell, "remote-exec", "a redirection opens a network connection", text);
    else if (operator === "<" || operator === "<&") opened = readFile(text, shell);
    else opened = writeFile({ text, glob: word.glob, operator }, shell);
  }
  return opened;
}

function readFile(text: string, shell: Shell): OpenedFile {
  const path = judgeRead(text, shell);
  if (isOpaque(text)) return { stdin: UNSEEN };
  return { stdin: (path === undefined ? undefined : shell.state.files.get(path)) ?? UNSEEN };
}

function writeFile(
  target: { text: string; glob: boolean; operator: string },
  shell: Shell,
): OpenedFile | undefined {
  const path = judgeTarget({ text: target.text, glob: target.glob }, shell, "file");
  const append = target.operator === ">>" || target.operator === "&>>";
  return path === undefined || path.startsWith("/dev/") ? undefined : { output: { path, append } };
}
