/**
 * A path exactly as git holds it: one character per byte. Paths need not be UTF-8, so they are carried as
 * bytes and become text only where a person or a rule reads them.
 */
export type RawPath = string;

/** A path as text, and whether the text says the same as the bytes. */
export type ReadablePath = { readonly path: string; readonly decodable: boolean };

const PLAIN = /^[ -~]*$/;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a path; bytes that are not UTF-8 become U+FFFD and `decodable` is false. */
export function readablePath(raw: RawPath): ReadablePath {
  // Nearly every path is plain, and an audit reads all paths of a repository.
  if (PLAIN.test(raw)) return { path: raw, decodable: true };
  const bytes = rawBytes(raw);
  try {
    return { path: strict.decode(bytes), decodable: true };
  } catch {
    return { path: bytes.toString("utf8"), decodable: false };
  }
}

/** The raw form of a path that is text. */
export function rawPath(path: string): RawPath {
  return Buffer.from(path, "utf8").toString("latin1");
}

/** The bytes of raw text. */
export function rawBytes(raw: string): Buffer {
  return Buffer.from(raw, "latin1");
}

/** The entries of output that git ends with NUL each. */
export function splitNul(output: Buffer): RawPath[] {
  const parts = output.toString("latin1").split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

/** Entries as input for a git that reads with `-z`. */
export function joinNul(entries: readonly string[]): Buffer {
  return rawBytes(entries.map((entry) => `${entry}\0`).join(""));
}
