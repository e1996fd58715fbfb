/**
 * An integer of 53 bits that stands for texts and values. No protection against someone who wants two of them
 * to look the same; he would only stop himself.
 */
export type Fingerprint = number;

export const fingerprintOf = (text: string): Fingerprint => withText(0, text);

/**
 * The fingerprint of what `before` stands for, followed by a text. One pass over at most 32 KiB: of a longer
 * text only its two ends and its length count.
 */
export function withText(before: Fingerprint, text: string): Fingerprint {
  const { length } = text;
  let high = (before / TWO_32) ^ HIGH_SEED;
  let low = before ^ LOW_SEED;
  const firstEnd = length > MOST_LENGTH ? MOST_LENGTH / 2 : length;
  for (let index = 0; index < firstEnd; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, HIGH_STEP);
    low = Math.imul(low ^ code, LOW_STEP);
  }
  for (let index = Math.max(firstEnd, length - MOST_LENGTH / 2); index < length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, HIGH_STEP);
    low = Math.imul(low ^ code, LOW_STEP);
  }
  return joined(high ^ length, low);
}

/** Of a text without letter case, where a number is like any other and so is a blank. One pass, bounded alike. */
export function looseFingerprint(text: string): Fingerprint {
  let high = HIGH_SEED;
  let low = LOW_SEED;
  let before = 0;
  for (let index = 0; index < text.length && index < MOST_LENGTH; index += 1) {
    const code = looseCode(text.charCodeAt(index));
    if (code === before && (code === DIGIT || code === BLANK)) continue;
    before = code;
    high = Math.imul(high ^ code, HIGH_STEP);
    low = Math.imul(low ^ code, LOW_STEP);
  }
  return joined(high, low);
}

const DIGIT = 0x30;
const BLANK = 0x20;

function looseCode(code: number): number {
  if (code <= BLANK) return BLANK;
  if (code >= DIGIT && code <= 0x39) return DIGIT;
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** The fingerprint of what `before` stands for, followed by a number. */
export function withNumber(before: Fingerprint, value: number): Fingerprint {
  if (!Number.isSafeInteger(value)) return withText(before, String(value));
  const high = Math.imul((before / TWO_32) ^ (value / TWO_32) ^ NUMBER_SEED, HIGH_STEP);
  return joined(high ^ value, Math.imul(before ^ value ^ LOW_SEED, LOW_STEP));
}

/** And by any value; equal values have equal fingerprints, whatever the order of their keys. Bounded. */
export function withValue(before: Fingerprint, value: unknown, depth = 0): Fingerprint {
  if (typeof value === "string") return withText(before + 1, value);
  if (typeof value === "number") return withNumber(before, value);
  if (typeof value !== "object" || value === null) return withText(before, String(value));
  const entries = Object.entries(value);
  const size = withNumber(withNumber(before, Array.isArray(value) ? 1 : 2), entries.length);
  if (depth >= MOST_DEPTH) return size;
  let sum = 0;
  for (const [key, item] of entries.slice(0, MOST_ITEMS))
    sum = (sum + withValue(fingerprintOf(key), item, depth + 1)) % Number.MAX_SAFE_INTEGER;
  return withNumber(size, sum);
}

/** The longest text that is looked at as a whole. */
export const MOST_LENGTH = 32 * 1024;

function joined(high: number, low: number): Fingerprint {
  const left = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  const right = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(left ^ (left >>> 13), 3_266_489_909);
  return TWO_32 * (0x1f_ffff & right) + (left >>> 0);
}

const TWO_32 = 4_294_967_296;
const HIGH_SEED = 0xdeadbeef;
const LOW_SEED = 0x41c6ce57;
const NUMBER_SEED = 0x9e3779b9;
const HIGH_STEP = 2_654_435_761;
const LOW_STEP = 1_597_334_677;
const MOST_DEPTH = 5;
const MOST_ITEMS = 40;
