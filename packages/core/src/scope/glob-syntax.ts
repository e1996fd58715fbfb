import { fail, ok, type Result } from "../failure.ts";
import { ANY_NAME, type EntryFault, type GlobPart, type GlobSegment } from "./glob-segment.ts";
import { faultyCharacter, nameShapeAfter, quoteName, REAL_NAME } from "./path-name.ts";

/**
 * Reads an entry into segments: `.` and doubled `/` dropped, `**` runs merged, a trailing `/` or `**` spelt
 * as "any depth, then one name". The text of the failure completes "the scope entry …".
 */
export function readSegments(entry: string): Result<readonly GlobSegment[], EntryFault> {
  const fault = faultOfEntry(entry) ?? faultOfBraces(entry);
  if (fault !== undefined) return fail({ shown: quoteName(entry), ...fault });
  const names = entry.split("/").filter((name) => name !== "" && name !== ".");
  if (names.length === 0) return fail({ shown: quoteName(entry), ...NAMES_NOTHING });
  const segments: GlobSegment[] = [];
  for (const name of names) {
    const segment = readSegment(name);
    const misnamed = faultOfName(segment, name);
    if (misnamed !== undefined) return fail({ shown: quoteName(entry), ...misnamed });
    if (segment.kind === "name" || segments.at(-1)?.kind !== "deep") segments.push(segment);
  }
  if (entry.endsWith("/") && segments.at(-1)?.kind !== "deep") segments.push({ kind: "deep" });
  if (segments.at(-1)?.kind === "deep") segments.push(ANY_NAME);
  return ok(segments);
}

type Fault = { readonly text: string; readonly fix: string };

const NAMES_NOTHING: Fault = {
  text: "names no file",
  fix: "write ** for every file of the repository, or the folders that are meant",
};

function faultOfEntry(entry: string): Fault | undefined {
  if (entry.trim() === "")
    return { text: "is empty", fix: "remove the entry; an empty list denies all writes" };
  if (entry.startsWith("/")) {
    return {
      text: 'begins with "/"',
      fix: "write the path from the root of the repository, without the leading /",
    };
  }
  const negation = Array.from(entry).indexOf("!");
  if (negation >= 0) {
    return {
      text: `contains "!" at character ${negation + 1}`,
      fix: "list what may be written; a scope cannot take anything away",
    };
  }
  const fault = faultyCharacter(entry);
  if (fault === undefined) return undefined;
  const fix =
    fault.kind === "backslash" ? "separate folders with /" : "remove the character, or rename the file";
  return { text: `${fault.text} at character ${fault.at}`, fix };
}

/** Braces are a choice where a comma stands between them; without one they are ordinary characters. */
function faultOfBraces(entry: string): Fault | undefined {
  let depth = 0;
  let seen = { comma: false, slash: false, nested: false };
  for (const char of entry) {
    if (char === "{") {
      seen = depth === 0 ? { comma: false, slash: false, nested: false } : { ...seen, nested: true };
      depth += 1;
    } else if (char === "}" && depth > 0) {
      depth -= 1;
      if (depth === 0 && seen.comma && seen.nested) return NESTED_BRACES;
      if (depth === 0 && seen.comma && seen.slash) return BRACES_OVER_FOLDERS;
    } else if (depth > 0) {
      seen = { ...seen, comma: seen.comma || char === ",", slash: seen.slash || char === "/" };
    }
  }
  return depth > 0 && seen.comma ? OPEN_BRACE : undefined;
}

const NESTED_BRACES: Fault = { text: 'has "{" inside "{ }"', fix: "write one entry for each inner choice" };
const BRACES_OVER_FOLDERS: Fault = { text: 'has "/" inside "{ }"', fix: "write one entry for each path" };
const OPEN_BRACE: Fault = { text: 'has "{" without "}"', fix: 'close the brace with "}"' };

function leavesRepository(name: string): Fault {
  return {
    text: `has the folder name ${quoteName(name)}, which leads out of its folder`,
    fix: "write the path from the root of the repository, without dots as folder names",
  };
}

function readSegment(name: string): GlobSegment {
  return name === "**" ? { kind: "deep" } : { kind: "name", parts: readParts(name, true) };
}

function readParts(text: string, choices: boolean): readonly GlobPart[] {
  const parts: GlobPart[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") parts.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const close = choices && char === "{" ? endOfChoice(text, at) : undefined;
    if (close === undefined && char !== "*" && char !== "?") {
      plain += char;
      continue;
    }
    flush();
    if (char === "?") parts.push({ kind: "any" });
    else if (close === undefined) {
      if (parts.at(-1)?.kind !== "run") parts.push({ kind: "run" });
    } else {
      const options = text.slice(at + 1, close).split(",");
      parts.push({ kind: "choice", options: options.map((option) => readParts(option, false)) });
      at = close;
    }
  }
  flush();
  return parts;
}

/** Where the choice that opens here closes; `undefined` for a brace that is an ordinary character. */
function endOfChoice(text: string, open: number): number | undefined {
  const close = text.indexOf("}", open);
  if (close < 0) return undefined;
  const inside = text.slice(open + 1, close);
  return inside.includes(",") && !inside.includes("{") ? close : undefined;
}

/** Why no folder can have this name: a choice that can be read as dots, or nothing but empty choices. */
function faultOfName(segment: GlobSegment, name: string): Fault | undefined {
  if (segment.kind === "deep") return undefined;
  const shapes = shapesAfter(new Set([0]), segment.parts);
  if (shapes.has(1) || shapes.has(2)) return leavesRepository(name);
  return shapes.has(REAL_NAME) ? undefined : NAMES_NOTHING;
}

function shapesAfter(shapes: ReadonlySet<number>, parts: readonly GlobPart[]): ReadonlySet<number> {
  let after = shapes;
  for (const part of parts) {
    if (part.kind === "choice") {
      const before = after;
      after = new Set(part.options.flatMap((option) => [...shapesAfter(before, option)]));
    } else if (part.kind === "text") {
      after = new Set([...after].map((shape) => shapeAfterText(shape, part.text)));
    } else after = new Set([REAL_NAME]);
  }
  return after;
}

function shapeAfterText(shape: number, text: string): number {
  let after = shape;
  for (const char of text) after = nameShapeAfter(after, char);
  return after;
}
