import type { HookProtocol } from "@breakwater/agents";

/** What a hook prints and how it ends: 0 or 2, nothing else, ever. */
export type HookAnswer = { readonly exit: 0 | 2; readonly stdout: string; readonly stderr: string };

/** A call as a hook hands it to a door. */
export type HookRequest = {
  readonly token: string;
  readonly protocol: HookProtocol | "auto";
  readonly payload: string;
};

/** First word of every frame, with the version; the client in C speaks it too (`docs/spec/door.md`). */
export const FRAME = "breakwater-door/1";
/** The longest payload of a hook, in bytes. */
export const MOST_PAYLOAD = 1024 * 1024;
/** The longest answer of a door, in bytes. */
export const MOST_ANSWER = 64 * 1024;
/** How long a hook waits for a door, and a door for the rest of a call; milliseconds. */
export const DOOR_PATIENCE_MS = 1_500;

/** The names of the two files in the folder of a door. */
export const DOOR_SOCKET = "socket";
export const DOOR_TOKEN = "token";

/** What a hook says when no door answered: it denies in every protocol. */
export const NO_ANSWER: HookAnswer = {
  exit: 2,
  stdout: "",
  stderr: "The guard did not answer, so this call does not run. Report STATUS: partial when this goes on.\n",
};

const HEADER = 512;

export function encodeRequest({ token, protocol, payload }: HookRequest): Buffer {
  const body = Buffer.from(payload);
  return Buffer.concat([Buffer.from(`${FRAME} ${token} ${protocol} ${body.length}\n`), body]);
}

export function encodeAnswer({ exit, stdout, stderr }: HookAnswer): Buffer {
  const [out, error] = [Buffer.from(stdout), Buffer.from(stderr)];
  return Buffer.concat([Buffer.from(`${FRAME} ${exit} ${out.length} ${error.length}\n`), out, error]);
}

/** What has come so far of a frame: whole, still open, or nothing that any more bytes could make good. */
export type Reading<Value> =
  | { readonly kind: "whole"; readonly value: Value }
  | { readonly kind: "open" }
  | { readonly kind: "broken" };

/** Reads a request from everything that has come so far. */
export function readRequest(
  bytes: Buffer,
): Reading<Omit<HookRequest, "protocol"> & { readonly protocol: string }> {
  const head = headOf(bytes, /^(\S+) (\S{1,200}) ([a-z0-9-]{1,20}) (\d{1,7})$/u);
  if (head.kind !== "whole") return head;
  const { words, rest } = head.value;
  const [, token = "", protocol = "", size = ""] = words;
  const length = Number(size);
  if (length > MOST_PAYLOAD || rest.length > length) return { kind: "broken" };
  if (rest.length < length) return { kind: "open" };
  return { kind: "whole", value: { token, protocol, payload: rest.toString("utf8") } };
}

/** Reads an answer from all that a door has sent before it closed; anything but one whole frame is broken. */
export function readAnswer(bytes: Buffer): HookAnswer | undefined {
  if (bytes.length > MOST_ANSWER) return undefined;
  const head = headOf(bytes, /^(\S+) ([02]) (\d{1,6}) (\d{1,6})$/u);
  if (head.kind !== "whole") return undefined;
  const { words, rest } = head.value;
  const [, exit, out, error] = words;
  const split = Number(out);
  if (rest.length !== split + Number(error)) return undefined;
  return {
    exit: exit === "0" ? 0 : 2,
    stdout: rest.subarray(0, split).toString("utf8"),
    stderr: rest.subarray(split).toString("utf8"),
  };
}

function headOf(
  bytes: Buffer,
  form: RegExp,
): Reading<{ readonly words: readonly string[]; readonly rest: Buffer }> {
  const end = bytes.subarray(0, HEADER).indexOf(0x0a);
  if (end < 0) return bytes.length < HEADER ? { kind: "open" } : { kind: "broken" };
  const match = form.exec(bytes.subarray(0, end).toString("latin1"));
  if (match === null || match[1] !== FRAME) return { kind: "broken" };
  return { kind: "whole", value: { words: match.slice(1), rest: bytes.subarray(end + 1) } };
}
