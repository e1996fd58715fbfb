import { timingSafeEqual } from "node:crypto";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { requestRefused } from "./inbox-failure.ts";
import { decodeRequest } from "./request-codec.ts";
import type { InboxRequest } from "./request-codec.ts";

/** The version of the messages; both ends must have the same one. */
const VERSION = 1;

/** No message is longer, in bytes with its newline. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Plain JSON that the session answers with. */
export type Reply = { readonly [key: string]: unknown };

/** A request as one line, newline included. */
export function encodeRequest(token: string, request: InboxRequest): string {
  return `${JSON.stringify({ v: VERSION, token, request })}\n`;
}

/** Reads the line of a request, without its newline, and checks the secret first. */
export function decodeRequestLine(line: Buffer, token: string): Result<InboxRequest> {
  const message = parseObject(line);
  if (message === undefined) return fail(requestRefused("it is not a JSON object"));
  if (message["v"] !== VERSION) return fail(requestRefused("it has another version"));
  if (!isSameSecret(message["token"], token)) return fail(requestRefused("its token is wrong"));
  const request = decodeRequest(message["request"]);
  return typeof request === "string" ? fail(requestRefused(request)) : ok(request);
}

/** An answer as one line, newline included. */
export function encodeReply(result: Result<Reply>): string {
  return `${JSON.stringify(result.ok ? { v: VERSION, reply: result.value } : { v: VERSION, failure: result.failure })}\n`;
}

/** Reads the line of an answer; `undefined` when it is none. */
export function decodeReply(line: Buffer): Result<Reply> | undefined {
  const message = parseObject(line);
  if (message?.["v"] !== VERSION) return undefined;
  const { reply, failure } = message;
  if (isObject(reply)) return ok(reply);
  return isFailure(failure) ? fail(failure) : undefined;
}

function isSameSecret(given: unknown, wanted: string): boolean {
  if (typeof given !== "string") return false;
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function parseObject(line: Buffer): Reply | undefined {
  try {
    const parsed: unknown = JSON.parse(line.toString("utf8"));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isFailure(value: unknown): value is Failure {
  return isObject(value) && typeof value["code"] === "string" && typeof value["message"] === "string";
}

function isObject(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
