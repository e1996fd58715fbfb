/**
 * One call of a tool, as a host announces it before it runs.
 *
 * `input` is whatever the host sent: it is hostile and is checked field by field. `directory` is the
 * absolute working directory of the call; without it the root of the workspace is meant.
 */
export type ToolCall = {
  readonly tool: string;
  readonly input: unknown;
  readonly directory?: string;
};

/** The fields of a hostile input; none where it is no object. */
export function fieldsOf(input: unknown): ReadonlyMap<string, unknown> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return new Map();
  return new Map<string, unknown>(Object.entries(input));
}
