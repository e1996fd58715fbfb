import { keepYoung } from "./bounded-memory.ts";
import { digestOf, settledText } from "./text-digest.ts";

/** What a call asked for and what came of it. */
export type Occurrence = {
  /** Request, page, success and effects. */
  readonly key: string;
  readonly output: string;
};

/** Numbers calls so that equal ones have equal numbers; `known` where it was there before. */
export type Identities = (call: Occurrence) => { readonly identity: number; readonly known: boolean };

type Variant = {
  readonly identity: number;
  /** The output itself while it is short and nobody asked for more. */
  raw: string | undefined;
  digest: string | undefined;
};

/**
 * Opens the numbering of one agent. Most calls are asked for once, and such a call costs a look-up: its output
 * is settled and digested only when the same is asked again. Bounded: the last 128 requests, four results each.
 */
export function openIdentities(): Identities {
  const requests = new Map<string, Variant[]>();
  let last = 0;
  return ({ key, output }) => {
    const variants = requests.get(key) ?? [];
    let settled: string | undefined;
    const digest = (): string => (settled ??= settledDigest(output));
    const twin = variants.find((variant) => isSame(variant, output, digest));
    keepYoung(requests, [key, variants], MOST_REQUESTS);
    if (twin !== undefined) return { identity: twin.identity, known: true };
    last += 1;
    const raw = output.length <= MOST_RAW ? output : undefined;
    variants.push({ identity: last, raw, digest: raw === undefined ? digest() : settled });
    if (variants.length > MOST_VARIANTS) variants.shift();
    return { identity: last, known: false };
  };
}

const MOST_REQUESTS = 128;
const MOST_VARIANTS = 4;
const MOST_RAW = 4_096;

/** `digest` is that of the settled output, made when it is first asked for. */
function isSame(variant: Variant, output: string, digest: () => string): boolean {
  if (variant.raw === output) return true;
  variant.digest ??= settledDigest(variant.raw ?? "");
  variant.raw = undefined;
  return variant.digest === digest();
}

const settledDigest = (text: string): string => digestOf(settledText(text));
