import { crc32 } from "node:zlib";

/**
 * A sealed line is one JSON object on one line whose last property is the CRC-32 of everything before it:
 * `{"seq":1,…,"crc":"1a2b3c4d"}`. The seal has a fixed width, so it is found without parsing, and the line
 * stays plain JSON for `jq` and `grep` (docs/spec/journal.md).
 */
const SEAL_OPENING = Buffer.from(',"crc":"');
const SEAL_CLOSING = Buffer.from('"}');
const HEX_DIGITS = 8;
const SEAL_BYTES = SEAL_OPENING.length + HEX_DIGITS + SEAL_CLOSING.length;
/** How much of the end of a line, newline included, is enough to read its seal. */
export const SEAL_END_BYTES = HEX_DIGITS + SEAL_CLOSING.length + 1;
const QUOTE = 0x22;
const CLOSING_BRACE = 0x7d;

/** The longest line that is written or read, in bytes with its newline. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Seals an object as a line, newline included. The object must have at least one property and none called
 * `crc`. Throws where `JSON.stringify` does, which is our bug: facts are plain JSON.
 */
export function sealLine(content: object): Buffer {
  const open = JSON.stringify(content).slice(0, -1);
  const seal = toHex(crc32(open));
  return Buffer.from(`${open},"crc":"${seal}"}\n`);
}

/** Whether `bytes[start, end)` (a line without its newline) carries the seal of its own content. */
export function isSealed(bytes: Buffer, start: number, end: number): boolean {
  const body = end - SEAL_BYTES;
  if (body <= start) return false;
  if (bytes[end - 1] !== CLOSING_BRACE || bytes[end - 2] !== QUOTE) return false;
  for (let i = 0; i < SEAL_OPENING.length; i++) {
    if (bytes[body + i] !== SEAL_OPENING[i]) return false;
  }
  return readHex(bytes, body + SEAL_OPENING.length) === crc32(bytes.subarray(start, body));
}

/** The seal of a line in hex, for naming the line elsewhere; `line` may carry its newline. */
export function sealOf(line: Buffer): string {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  const hexEnd = end - SEAL_CLOSING.length;
  return line.toString("latin1", Math.max(0, hexEnd - HEX_DIGITS), Math.max(0, hexEnd));
}

function toHex(crc: number): string {
  return crc.toString(16).padStart(HEX_DIGITS, "0");
}

/** Eight lower-case hex digits as a number, or -1; upper case is refused so that a seal has one spelling. */
function readHex(bytes: Buffer, start: number): number {
  let value = 0;
  for (let i = start; i < start + HEX_DIGITS; i++) {
    const digit = hexDigit(bytes[i] ?? 0);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x61 + 10;
  return -1;
}
