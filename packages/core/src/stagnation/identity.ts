import { RecentTable } from "./bounded-memory.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { settledDigest } from "./text-digest.ts";

/**
 * Numbers calls so that equal ones have equal numbers. `key` stands for request, page, success and effects.
 * Negative where such a call was not there before.
 */
export type Identities = (key: Fingerprint, output: string) => number;

/** One result of a request, and the one before it. */
type Variant = {
  readonly identity: number;
  /** The output itself where it is short. */
  readonly raw: string | undefined;
  digest: Fingerprint | undefined;
  older: Variant | undefined;
};

/**
 * Opens the numbering of one agent. Most calls are asked for once, and such a call costs a look-up: its output
 * is settled and digested only when the same is asked again. Bounded: 128 to 256 requests, four results each.
 */
export function openIdentities(): Identities {
  const requests = new RecentTable<Variant>(MOST_REQUESTS);
  let last = 0;
  return (key, output) => {
    const older = requests.get(key);
    const raw = output.length <= MOST_RAW ? output : undefined;
    let digest = raw === undefined ? settledDigest(output) : undefined;
    let depth = 0;
    for (let variant = older; variant !== undefined; variant = variant.older) {
      if (raw !== undefined && variant.raw === raw) return variant.identity;
      digest ??= settledDigest(output);
      variant.digest ??= settledDigest(variant.raw ?? "");
      if (variant.digest === digest) return variant.identity;
      depth += 1;
      if (depth === MOST_VARIANTS - 1) variant.older = undefined;
    }
    last += 1;
    requests.set(key, { identity: last, raw, digest, older });
    return -last;
  };
}

const MOST_REQUESTS = 128;
const MOST_VARIANTS = 4;
const MOST_RAW = 4_096;
