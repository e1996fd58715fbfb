/** A tool call as an agent announces it; `paths` are absolute or relative to its workspace. */
export type StreamIntent = {
  readonly call: string;
  readonly tool: string;
  /** `write`, `delete`, `exec`, `read`, `net`, `mcp`, `spawn` or `other`. */
  readonly kind: string;
  readonly paths: readonly string[];
  readonly command?: string;
  /** The arguments as the client wrote them; absent where the runtime does not pass them on. */
  readonly input?: Readonly<Record<string, unknown>>;
};

/**
 * What a stagnation watch is fed with. The events of an agent and the notes of its host are of this shape;
 * `content` is the host's look at a file, once before a write and once after it.
 */
export type StreamEvent =
  | { readonly kind: "tool-intent"; readonly intent: StreamIntent }
  | { readonly kind: "tool-result"; readonly call: string; readonly ok: boolean; readonly output: string }
  | { readonly kind: "denied"; readonly intent: StreamIntent; readonly rule: string; readonly reason: string }
  | { readonly kind: "content"; readonly path: string; readonly hash: string }
  | { readonly kind: "turn" }
  | { readonly kind: "said"; readonly text: string }
  /** Only the time passed. */
  | { readonly kind: "time" }
  /** A sign of life without meaning for a watch. */
  | { readonly kind: "session" | "usage" | "question" | "raw" };

/** One line of a recorded stream. */
export type StreamLine = {
  readonly stream: string;
  readonly at: number | undefined;
  readonly event: StreamEvent;
};

/**
 * Reads one line of a recorded stream; `undefined` for what is no event. Never throws. `stream` is empty where
 * a line does not name one; a kind that no watch knows is a sign of life, and a host's note is none.
 */
export function readStreamLine(line: string): StreamLine | undefined {
  const value = parse(line);
  if (!isObject(value) || typeof value.kind !== "string") return undefined;
  const event = readEvent(value);
  if (event === undefined) return undefined;
  const at = typeof value.at === "number" && Number.isFinite(value.at) ? value.at : undefined;
  return { stream: typeof value.stream === "string" ? value.stream : "", at, event };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readEvent(value: Fields): StreamEvent | undefined {
  switch (value.kind) {
    case "tool-intent": {
      const intent = readIntent(value.intent);
      return intent === undefined ? undefined : { kind: "tool-intent", intent };
    }
    case "tool-result":
      if (typeof value.call !== "string") return undefined;
      return { kind: "tool-result", call: value.call, ok: value.ok === true, output: textOf(value.output) };
    case "denied": {
      const intent = readIntent(value.intent);
      if (intent === undefined) return undefined;
      return { kind: "denied", intent, rule: textOf(value.rule), reason: textOf(value.reason) };
    }
    case "content":
      if (typeof value.path !== "string" || typeof value.hash !== "string") return undefined;
      return { kind: "content", path: value.path, hash: value.hash };
    case "said":
      return { kind: "said", text: textOf(value.text) };
    case "turn":
      return { kind: "turn" };
    case "time":
    case "host":
    case "stagnation":
      return { kind: "time" };
    default:
      return { kind: "raw" };
  }
}

function readIntent(value: unknown): StreamIntent | undefined {
  if (!isObject(value)) return undefined;
  const { call, tool, kind, paths, command, input } = value;
  if (typeof call !== "string" || typeof tool !== "string" || typeof kind !== "string") return undefined;
  return {
    call,
    tool,
    kind,
    paths: Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [],
    ...(typeof command === "string" ? { command } : {}),
    ...(isObject(input) ? { input } : {}),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
