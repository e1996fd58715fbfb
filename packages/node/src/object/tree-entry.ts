import type { RawPath } from "../integration/raw-path.ts";

/** One entry of a tree: git's six octal digits, the id, and the name as one character per byte. */
export type TreeEntry = { readonly mode: string; readonly id: string; readonly name: RawPath };

export const FOLDER = "040000";

/** Reads the bytes of a tree; undefined where they are damaged. `idBytes` is 20 or 32. */
export function parseTree(body: Buffer, idBytes: number): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at);
    const nul = body.indexOf(0, space);
    if (space === -1 || nul === -1 || nul + 1 + idBytes > body.length) return undefined;
    entries.push({
      mode: canonicalMode(body.toString("latin1", at, space).padStart(6, "0")),
      name: body.toString("latin1", space + 1, nul),
      id: body.toString("hex", nul + 1, nul + 1 + idBytes),
    });
    at = nul + 1 + idBytes;
  }
  return entries;
}

/** The bytes of a tree, in git's own order whatever the order of the entries. */
export function formatTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => compareKeys(orderKey(a), orderKey(b)));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, id }) => [
      Buffer.from(`${mode.replace(/^0/, "")} ${name}\0`, "latin1"),
      Buffer.from(id, "hex"),
    ]),
  );
}

/** git sorts a folder as if its name ended in a slash. */
export function orderKey(entry: TreeEntry): string {
  return entry.mode === FOLDER ? `${entry.name}/` : entry.name;
}

/** One character per byte, so the order of characters is that of bytes. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Old trees hold modes like 100664; git takes them for the two modes that files have today. */
function canonicalMode(mode: string): string {
  if (!mode.startsWith("100")) return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}
