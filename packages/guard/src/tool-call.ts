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
