import { fail, ok, type Failure, type Result } from "../failure.ts";
import { compileProgram, type Program } from "./glob-program.ts";
import { ANY_NAME, type EntryFault, type GlobSegment } from "./glob-segment.ts";
import { readSegments } from "./glob-syntax.ts";

/**
 * What a glob amounts to: one file, everything below a folder ("" is the root), or something finer, whose
 * matches all lie below `prefix` and end in `suffix`.
 */
export type GlobShape =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "pattern"; readonly prefix: string; readonly suffix: string };

/**
 * One entry of a scope, read once and matched often; plain data without identity.
 *
 * `source` is the entry as written. The last segment is never `deep`: `dir/**` reads as `dir`, `deep`, any name.
 */
export type Glob = {
  readonly source: string;
  readonly segments: readonly GlobSegment[];
  readonly shape: GlobShape;
  readonly program: Program;
};

/** Reads one entry of a scope (grammar: `docs/spec/scope.md`). The failure is BW210 and names the character. */
export function parseGlob(entry: string): Result<Glob> {
  const segments = readSegments(entry);
  return segments.ok ? ok(globOf(entry, segments.value)) : fail(invalidEntry(segments.failure));
}

/** The glob that matches exactly this file; every character stands for itself. */
export function globOfFile(path: string): Glob {
  return globOf(path, literalSegments(path));
}

/** The glob that matches everything below this folder, whatever characters its name has. */
export function globBelow(folder: string): Glob {
  return globOf(`${folder}/**`, [...literalSegments(folder), { kind: "deep" }, ANY_NAME]);
}

/** The literal folders that every match lies in, without a trailing `/`; the whole path for one file. */
export function staticPrefix(glob: Glob): string {
  return glob.shape.kind === "pattern" ? glob.shape.prefix : glob.shape.path;
}

/** Whether the glob is everything below one folder, so that a wall can hold it exactly. */
export function isDirectoryShaped(glob: Glob): boolean {
  return glob.shape.kind === "folder";
}

/** The single path that an exact literal entry names. */
export function literalPathOf(glob: Glob): string | undefined {
  return glob.shape.kind === "file" ? glob.shape.path : undefined;
}

function globOf(source: string, segments: readonly GlobSegment[]): Glob {
  return { source, segments, shape: shapeOf(segments), program: compileProgram(segments) };
}

function shapeOf(segments: readonly GlobSegment[]): GlobShape {
  const literal: string[] = [];
  for (const segment of segments) {
    const text = literalText(segment);
    if (text === undefined) break;
    literal.push(text);
  }
  const path = literal.join("/");
  const rest = segments.slice(literal.length);
  if (rest.length === 0) return { kind: "file", path };
  return isEverything(rest)
    ? { kind: "folder", path }
    : { kind: "pattern", prefix: path, suffix: suffixOf(segments) };
}

function suffixOf(segments: readonly GlobSegment[]): string {
  const last = segments.at(-1);
  const part = last?.kind === "name" ? last.parts.at(-1) : undefined;
  return part?.kind === "text" ? part.text : "";
}

function isEverything(segments: readonly GlobSegment[]): boolean {
  const [first, second] = segments;
  if (segments.length !== 2 || first?.kind !== "deep" || second?.kind !== "name") return false;
  return second.parts.length === 1 && second.parts[0]?.kind === "run";
}

function literalText(segment: GlobSegment): string | undefined {
  if (segment.kind === "deep") return undefined;
  let text = "";
  for (const part of segment.parts) {
    if (part.kind !== "text") return undefined;
    text += part.text;
  }
  return text;
}

function literalSegments(path: string): readonly GlobSegment[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((text) => ({ kind: "name", parts: [{ kind: "text", text }] }));
}

function invalidEntry(reason: EntryFault): Failure {
  return {
    code: "BW210",
    message: `the scope entry ${reason.shown} ${reason.text}`,
    why: "one entry that cannot be read makes the whole scope void, and a void scope allows no write",
    fix: reason.fix,
  };
}
