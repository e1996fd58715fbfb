import { fail, ok, type Result } from "../failure.ts";

/** One recorded stream of tool calls in the words of its host. */
export type CallStream = {
  readonly id: string;
  readonly calls: readonly RecordedCall[];
  /** What a person says of it, where someone did. */
  readonly expect?: ExpectedVerdict;
};

export type RecordedCall = {
  readonly tool: string;
  readonly args: unknown;
  /** Text of the result; what is no text is written as JSON. */
  readonly result: string;
  /** Whether it succeeded, by its error, its exit code or the words of its result. */
  readonly ok: boolean;
  /** What the files held afterwards; undefined where nobody looked. */
  readonly changed: readonly { readonly path: string; readonly hash: string }[] | undefined;
};

/** `at` is the call, from 1, at which the rules are first met. */
export type ExpectedVerdict = {
  readonly verdict: "stuck" | "ok";
  readonly pattern?: string;
  readonly at?: number;
};

/**
 * Reads one line `{id, calls: [{tool, args, result?, error?, exit?, changed?}], expect?, pattern?, at?}`; the last
 * three may also stand together as `expect: {verdict, pattern?, at?}`. The failure is a sentence that says what is wrong with it. Keys beyond these are overlooked. Never throws.
 */
export function readCallStream(line: string): Result<CallStream, string> {
  const value = parse(line);
  if (value === undefined) return fail("it is not JSON");
  if (!isObject(value)) return fail("it is no object");
  const { id, calls, expect, pattern, at } = value;
  if (typeof id !== "string" && typeof id !== "number") return fail("it has no `id`");
  if (!Array.isArray(calls)) return fail("`calls` is no list");
  const read: RecordedCall[] = [];
  for (const [index, each] of calls.entries()) {
    const call = readCall(each);
    if (!call.ok) return fail(`call ${index + 1}: ${call.failure}`);
    read.push(call.value);
  }
  const expected = readExpected(isObject(expect) ? expect : { verdict: expect, pattern, at });
  if (!expected.ok) return expected;
  return ok({
    id: String(id),
    calls: read,
    ...(expected.value === undefined ? {} : { expect: expected.value }),
  });
}

type Fields = Readonly<Record<string, unknown>>;

function readCall(value: unknown): Result<RecordedCall, string> {
  if (!isObject(value)) return fail("it is no object");
  const { tool, args, result, error, exit, changed } = value;
  if (typeof tool !== "string" || tool === "") return fail("it has no `tool`");
  const files = readChanged(changed);
  if (!files.ok) return files;
  const failed = isFailure(error) || (typeof exit === "number" && exit !== 0) || saysFailure(result);
  const text = [textOf(result), isFailure(error) && error !== true ? textOf(error) : ""]
    .filter((part) => part !== "")
    .join("\n");
  return ok({
    tool,
    args,
    result: text,
    ok: !failed || (files.value?.length ?? 0) > 0,
    changed: files.value,
  });
}

function readChanged(value: unknown): Result<RecordedCall["changed"], string> {
  if (value === undefined || value === null) return ok(undefined);
  if (!Array.isArray(value)) return fail("`changed` is no list");
  const files: { path: string; hash: string }[] = [];
  for (const each of value) {
    if (!isObject(each) || typeof each.path !== "string")
      return fail("`changed` has an entry without `path`");
    const { path, hash } = each;
    files.push({ path, hash: typeof hash === "string" ? hash : "missing" });
  }
  return ok(files);
}

function readExpected({ verdict, pattern, at }: Fields): Result<ExpectedVerdict | undefined, string> {
  if (verdict === undefined || verdict === null) return ok(undefined);
  if (verdict !== "stuck" && verdict !== "ok") return fail("`expect` is neither `stuck` nor `ok`");
  return ok({
    verdict,
    ...(typeof pattern === "string" ? { pattern } : {}),
    ...(typeof at === "number" ? { at } : {}),
  });
}

const isFailure = (error: unknown): boolean =>
  error !== undefined && error !== null && error !== false && error !== "";

/** Hosts that have no place for an error write it into the result. */
function saysFailure(result: unknown): boolean {
  return typeof result === "string" && FAILURE.test(result.slice(0, 200));
}

const FAILURE =
  /^\s{0,20}(?:<tool_use_error>|error\b[: ]|failed to\b|exit code:? [1-9]|process exited with code [1-9])/iu;

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

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
