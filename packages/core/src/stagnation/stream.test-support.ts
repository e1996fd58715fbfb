import type { StagnationDetection } from "./detection.ts";
import type { StreamEvent, StreamIntent } from "./stream-event.ts";
import { watchStagnation, type WatchOptions } from "./watch-stagnation.ts";

/** One call of a written stream: what is asked, what comes back, and what the host saw of the file. */
export type WrittenCall = {
  readonly tool?: string;
  readonly kind?: StreamIntent["kind"];
  readonly path?: string;
  readonly command?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly ok?: boolean;
  readonly output?: string;
  readonly rule?: string;
  readonly before?: string;
  readonly after?: string;
};

export const read = (path: string, offset: number, output = `lines from ${offset}`): WrittenCall => ({
  tool: "Read",
  kind: "read",
  path,
  input: { file_path: path, offset, limit: 100 },
  output,
});
export const look = (path: string, output = "text"): WrittenCall => ({
  tool: "Read",
  kind: "read",
  path,
  output,
});
export const shell = (command: string, output = "", ok = true): WrittenCall => ({
  tool: "Bash",
  kind: "exec",
  command,
  output,
  ok,
});
export const edit = (path: string, before: string, after: string): WrittenCall => ({
  tool: "Edit",
  kind: "write",
  path,
  before,
  after,
  output: "edited",
});
export const friction = (path: string): WrittenCall => ({
  tool: "Edit",
  kind: "write",
  path,
  ok: false,
  output: "String to replace not found in file",
});

let calls = 0;

/** The events of a call, in the order in which a host hears them. */
export function eventsOf(written: WrittenCall): readonly StreamEvent[] {
  const { tool = "Tool", kind = "other", path, command, input, ok = true, output = "", rule } = written;
  const call = `c${(calls += 1)}`;
  const paths = path === undefined ? [] : [path];
  const intent = {
    call,
    tool,
    kind,
    paths,
    ...(command === undefined ? {} : { command }),
    ...(input === undefined ? {} : { input }),
  };
  const saw = (hash: string | undefined): StreamEvent[] =>
    hash === undefined || path === undefined ? [] : [{ kind: "content", path, hash }];
  const refused: StreamEvent[] = rule === undefined ? [] : [{ kind: "denied", intent, rule, reason: "no" }];
  return [
    ...saw(written.before),
    { kind: "tool-intent", intent },
    ...refused,
    ...saw(written.after),
    { kind: "tool-result", call, ok: ok && rule === undefined, output },
  ];
}

export const streamOf = (written: readonly WrittenCall[]): readonly StreamEvent[] =>
  written.flatMap(eventsOf);

/** What a new watch gives for these events. */
export function detect(
  events: readonly StreamEvent[],
  options: WatchOptions = {},
): readonly StagnationDetection[] {
  const watch = watchStagnation(options);
  return events.flatMap((event) => watch.hear(event) ?? []);
}

/** Pattern and level of each detection, such as `error-echo stop`. */
export const told = (written: readonly WrittenCall[], options: WatchOptions = {}): readonly string[] =>
  detect(streamOf(written), options).map(({ pattern, level }) => `${pattern} ${level}`);

export const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));
