/**
 * An expected failure as a value: what a person or program is told when something cannot be done.
 *
 * `code` is stable and has a page in `docs/errors`. `message` is one sentence with the facts and no code
 * in it. `fix` says what to do next, as a command or an edit. `where` points into a file of the user.
 */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
  readonly where?: SourceSpan;
};

/** A place in a text file; lines and columns start at 1, `length` is in UTF-16 units. */
export type SourceSpan = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
};

/** Either a value or the failure that took its place. Failures are returned, never thrown. */
export type Result<Value, Fault = Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Fault };

/** Wraps a value as a success. */
export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** Wraps a failure as a result. */
export function fail<Fault>(failure: Fault): { readonly ok: false; readonly failure: Fault } {
  return { ok: false, failure };
}

/** Marks code that the type system proves unreachable; throws, because reaching it is our bug. */
export function unreachable(value: never): never {
  throw new Error(`Reached a case that the types rule out: ${JSON.stringify(value)}`);
}
