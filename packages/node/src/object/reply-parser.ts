/** The kind and size of an object, and its bytes where they were asked for. */
export type ObjectReply = { readonly kind: string; readonly size: number; readonly body: Buffer };

/** Who is told of replies; `withContents` says what the oldest open question asked for. */
export type ReplySink = {
  readonly maxBytes: number;
  readonly withContents: () => boolean;
  readonly onReply: (reply: ObjectReply | undefined) => void;
  readonly onExcess: () => void;
};

const NOTHING = Buffer.alloc(0);

/**
 * Takes what `git cat-file --batch-command` prints apart, in chunks of any size: a line `<id> <kind> <size>`,
 * then the bytes and a newline where contents were asked for. Any other line says that there is no such object.
 */
export function createReplyParser(sink: ReplySink): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let kept = 0;
  let needed = 0;
  const take = (): boolean => {
    if (kept < needed) return false;
    const buffer = chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks);
    const lineEnd = buffer.indexOf(10);
    if (lineEnd === -1) {
      chunks = [buffer];
      return false;
    }
    const [, kind, size] = /^[0-9a-f]+ ([a-z]+) (\d+)$/.exec(buffer.toString("latin1", 0, lineEnd)) ?? [];
    const body = kind !== undefined && sink.withContents() ? Number(size) : undefined;
    if (body !== undefined && body > sink.maxBytes) {
      sink.onExcess();
      return false;
    }
    const end = lineEnd + 1 + (body === undefined ? 0 : body + 1);
    if (buffer.length < end) {
      [chunks, needed] = [[buffer], end];
      return false;
    }
    const rest = buffer.subarray(end);
    [chunks, kept, needed] = [rest.length === 0 ? [] : [rest], rest.length, 0];
    const bytes = body === undefined ? NOTHING : Buffer.from(buffer.subarray(lineEnd + 1, end - 1));
    sink.onReply(kind === undefined ? undefined : { kind, size: Number(size), body: bytes });
    return rest.length > 0;
  };
  return (chunk) => {
    chunks.push(chunk);
    kept += chunk.length;
    while (take());
  };
}
