/**
 * Splits what git prints with `-z` into its entries. A name that is not UTF-8 stays bytes, so nothing is
 * decoded here; the empty rest behind the last NUL is dropped.
 */
export function splitNul(output: Buffer): readonly Buffer[] {
  const entries: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0, start); end !== -1; end = output.indexOf(0, start)) {
    entries.push(output.subarray(start, end));
    start = end + 1;
  }
  return entries;
}

/**
 * A path of git as text that can be shown and compared. Bytes that are not UTF-8 are written as `\xNN`, so
 * that two different names never get the same text by replacement characters.
 */
export function pathText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
