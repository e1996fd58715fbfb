import { connect } from "node:net";
import { fail } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { systemCode } from "../journal/journal-failure.ts";
import type { LeaseView } from "../lease/acquire-lease.ts";
import { noAnswer, nobodyListens, requestRefused } from "./inbox-failure.ts";
import { decodeReply, encodeRequest, MAX_MESSAGE_BYTES } from "./inbox-message.ts";
import type { Reply } from "./inbox-message.ts";
import { splitLines } from "./line-splitter.ts";
import type { InboxRequest } from "./request-codec.ts";

/** An answer may show more than a request may ask. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Hands a request to the holder of a lease and waits for its answer: BW650 when nobody listens there, so
 * nothing was taken in; BW651 when somebody does but the answer did not come. Never rejects.
 */
export async function sendRequest(
  lease: LeaseView,
  request: InboxRequest,
  options: { readonly timeoutMs?: number } = {},
): Promise<Result<Reply>> {
  if (lease.kind === "free") return fail(nobodyListens("nobody holds the session"));
  const socket = lease.beat?.socket;
  if (socket === undefined) return fail(nobodyListens("the session has not opened its inbox yet"));
  const message = encodeRequest(lease.record.token, request);
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) return fail(requestRefused("it is too long"));
  return await exchange(socket, message, options.timeoutMs ?? ANSWER_WITHIN_MS);
}

function exchange(path: string, message: string, timeoutMs: number): Promise<Result<Reply>> {
  return new Promise((resolve) => {
    const splitter = splitLines(MAX_REPLY_BYTES);
    const socket = connect(path);
    let connected = false;
    const settle = (result: Result<Reply>): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle(fail(noAnswer(`nothing came within ${timeoutMs} ms`))), timeoutMs);
    socket.once("connect", () => {
      connected = true;
      socket.write(message);
    });
    socket.on("data", (chunk: Buffer) => {
      const lines = splitter.push(chunk);
      const line = lines?.[0];
      if (lines === undefined) settle(fail(noAnswer("its answer is too long")));
      else if (line !== undefined)
        settle(decodeReply(line) ?? fail(noAnswer("its answer is not understood")));
    });
    socket.on("error", (cause) => {
      const what = systemCode(cause);
      settle(fail(connected ? noAnswer(what) : nobodyListens(`${path} does not answer (${what})`)));
    });
    socket.once("close", () => settle(fail(noAnswer("it hung up"))));
  });
}
