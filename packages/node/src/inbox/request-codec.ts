import type { Request } from "@breakwater/core";

/** What another process may ask of a running session; a session is started only by its own process. */
export type InboxRequest = Exclude<Request, { readonly type: "start" }>;

/** Verdicts on documentation and the style of commits are made by the process that asks for the close, and only for its own session. */
type TextField<R> = R extends InboxRequest ? Exclude<keyof R, "type" | "docs" | "style"> : never;

/** Every other field of every request is a text. The types make sure that none is forgotten. */
const FIELDS: {
  readonly [Type in InboxRequest["type"]]: readonly TextField<Extract<InboxRequest, { type: Type }>>[];
} = {
  approve: ["hash", "by"],
  pause: ["by", "reason"],
  resume: ["by"],
  stop: ["by", "reason"],
  retry: ["task", "by"],
  drop: ["task", "by", "reason"],
  answer: ["decision", "option", "by"],
  steer: ["task", "text", "by"],
  close: ["by", "commits"],
  abandon: ["by", "reason"],
};

/** No text of a request is longer, in UTF-16 units. */
const MAX_TEXT = 64 * 1024;

/** Reads a request from another process; a text says what is wrong with it. Unknown fields are refused. */
export function decodeRequest(value: unknown): InboxRequest | string {
  if (!isObject(value)) return "it is not an object";
  const { type } = value;
  if (!isKnownType(type))
    return `there is no request ${JSON.stringify(type)?.slice(0, 40) ?? "without a type"}`;
  const fields: readonly string[] = FIELDS[type];
  for (const field of fields) {
    const text = value[field];
    if (typeof text !== "string" || text.length > MAX_TEXT)
      return `its field "${field}" is missing, no text or too long`;
  }
  const unknown = Object.keys(value).find((key) => key !== "type" && !fields.includes(key));
  if (unknown !== undefined) return `its field ${JSON.stringify(unknown.slice(0, 40))} is unknown`;
  if (type === "close" && value["commits"] !== "per-task" && value["commits"] !== "summary")
    return 'its field "commits" is neither "per-task" nor "summary"';
  return value as unknown as InboxRequest;
}

function isKnownType(type: unknown): type is InboxRequest["type"] {
  return typeof type === "string" && Object.hasOwn(FIELDS, type);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
