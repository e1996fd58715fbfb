/** What a patch does to one file. A move is a deletion and a write. */
export type PatchedFile = {
  readonly path: string;
  readonly action: "write" | "delete" | "link";
};

/**
 * The files that a patch touches, or `undefined` where the text is no patch that can be read in full.
 *
 * Reads the envelope of `apply_patch` (add, update, delete, move) and unified diffs, git's extensions
 * included. Marker text inside an added line or a hunk is content; a marker that could be read as one counts.
 */
export function readPatch(text: string, strip = 1): readonly PatchedFile[] | undefined {
  const files = text.includes("*** Begin Patch") ? readEnvelope(text) : readUnified(text, strip);
  return files === undefined || files.length === 0 ? undefined : files;
}

const ENVELOPE_HEADER = /^\s*\*\*\*\s*(Add|Update|Delete)\s+File:(.*)$/i;
const ENVELOPE_MOVE = /^\s*\*\*\*\s*Move(?:d)?\s+(?:to|File):(.*)$/i;

function readEnvelope(text: string): readonly PatchedFile[] | undefined {
  const files: PatchedFile[] = [];
  let updates = false;
  let inHunk = false;
  // What is cut off may have gone on anywhere.
  if (!/^\s*\*\*\*\s*End Patch/im.test(text)) return undefined;
  for (const line of text.split(/\r?\n/)) {
    inHunk = updates && (line.startsWith("@@") || (inHunk && /^[ +-]/.test(line)));
    if (inHunk) continue;
    const header = ENVELOPE_HEADER.exec(line);
    const move = ENVELOPE_MOVE.exec(line);
    const path = (header?.[2] ?? move?.[1] ?? "").trim();
    if (header !== null) updates = header[1]?.toLowerCase() === "update";
    if (header !== null || move !== null) {
      if (path === "") return undefined;
      files.push({ path, action: header?.[1]?.toLowerCase() === "delete" ? "delete" : "write" });
    } else if (
      /^\s*\*\*\*/.test(line) &&
      !/^\s*\*\*\*\s*(?:Begin Patch|End Patch|End of File|Environment)/i.test(line)
    ) {
      return undefined;
    }
  }
  return files;
}

function readUnified(text: string, strip: number): readonly PatchedFile[] | undefined {
  const files: PatchedFile[] = [];
  let left = { removed: 0, added: 0 };
  for (const line of text.split(/\r?\n/)) {
    if (left.removed > 0 || left.added > 0) {
      left = afterBodyLine(line, left);
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) left = { removed: Number(hunk[1] ?? "1"), added: Number(hunk[2] ?? "1") };
    else files.push(...filesOfHeader(line, strip));
  }
  return files;
}

function afterBodyLine(
  line: string,
  left: { removed: number; added: number },
): { removed: number; added: number } {
  const sign = line.charAt(0);
  if (sign === "\\") return left;
  return {
    removed: left.removed - (sign === "+" ? 0 : 1),
    added: left.added - (sign === "-" ? 0 : 1),
  };
}

const HEADERS: readonly RegExp[] = [
  /^--- (?!\/dev\/null)("?[^\t]+)/,
  /^\+\+\+ (?!\/dev\/null)("?[^\t]+)/,
  /^Index: (.+)$/,
  /^(?:\*\*\*) (?!\/dev\/null)([^\t*]+)\t/,
];

function filesOfHeader(line: string, strip: number): readonly PatchedFile[] {
  if (/^(?:new file mode|new mode) (?:120000|160000)/.test(line)) return [{ path: ".", action: "link" }];
  const bare = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line)?.[1];
  if (bare !== undefined) return [{ path: unquote(bare), action: "write" }];
  const git = /^diff --git "?(.+?)"? "?([^" ]+)"?$/.exec(line);
  if (git !== null)
    return [git[1] ?? "", git[2] ?? ""].map((path) => ({
      path: stripped(path, strip),
      action: "write" as const,
    }));
  for (const header of HEADERS) {
    const path = header.exec(line)?.[1];
    if (path !== undefined) return [{ path: stripped(unquote(path.trim()), strip), action: "write" }];
  }
  return [];
}

function unquote(path: string): string {
  return path.startsWith('"') && path.endsWith('"') ? path.slice(1, -1) : path;
}

/** Removes leading folders as `-p` does; an absolute path stays what it is. */
function stripped(path: string, strip: number): string {
  if (path.startsWith("/")) return path;
  return path
    .split("/")
    .slice(Math.min(strip, path.split("/").length - 1))
    .join("/");
}
