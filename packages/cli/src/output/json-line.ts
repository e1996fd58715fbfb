/** The version of every line that programs read; it only ever gains types and fields (`docs/spec/cli.md`). */
export const JSON_VERSION = 1;

/** One line of JSON for programs: `{"v":1,"type":…}` and what belongs to the type. */
export function jsonLine(type: string, fields: Readonly<Record<string, unknown>>): string {
  return `${escapeSeparators(JSON.stringify({ v: JSON_VERSION, type, ...fields }))}\n`;
}

/** Some readers break lines at these two, which JSON allows inside texts. */
function escapeSeparators(json: string): string {
  return json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
