import type { Glob } from "./glob.ts";
import { matchesName } from "./glob-match.ts";
import { compileProgram, movesOf, type Program } from "./glob-program.ts";
import { nameShapeAfter, REAL_NAME } from "./path-name.ts";

/** Whether some path can match both globs; `witness` is such a path. */
export type Intersection = { readonly meets: true; readonly witness: string } | { readonly meets: false };

/**
 * Whether some path can match both globs. Exact in both directions: it follows both automata at once over
 * the paths that a repository can hold. Work is at most the product of both lengths.
 */
export function intersectGlobs(left: Glob, right: Glob): Intersection {
  const known = meetAtFile(left, right) ?? meetAtFile(right, left);
  if (known !== undefined) return known;
  const readable = commonPath(compileProgram(left.segments, true), compileProgram(right.segments, true));
  const witness = readable ?? commonPath(left.program, right.program);
  return witness === undefined ? { meets: false } : { meets: true, witness };
}

function meetAtFile(file: Glob, other: Glob): Intersection | undefined {
  if (file.shape.kind !== "file") return undefined;
  return matchesName(other, file.shape.path) ? { meets: true, witness: file.shape.path } : { meets: false };
}

/** A place in both programs and in the shape of the current name, and how the search came here. */
type Place = {
  readonly left: number;
  readonly right: number;
  readonly shape: number;
  readonly from?: Place;
  readonly char?: string;
};

function commonPath(left: Program, right: Program): string | undefined {
  const seen = new Uint8Array(left.length * right.length * (REAL_NAME + 1));
  const waiting: Place[] = [{ left: 0, right: 0, shape: 0 }];
  for (let next = 0; next < waiting.length; next += 1) {
    const place = waiting[next];
    if (place === undefined) break;
    const key = (place.left * right.length + place.right) * (REAL_NAME + 1) + place.shape;
    if (seen[key] === 1) continue;
    seen[key] = 1;
    const atEnd = place.left === left.length - 1 && place.right === right.length - 1;
    if (atEnd && place.shape === REAL_NAME) return spell(place);
    waiting.push(...placesAfter(left, right, place));
  }
  return undefined;
}

function placesAfter(left: Program, right: Program, place: Place): readonly Place[] {
  const here = movesOf(left, place.left);
  const there = movesOf(right, place.right);
  const { shape } = place;
  const places: Place[] = [];
  for (const at of here.free) places.push({ left: at, right: place.right, shape, from: place });
  for (const at of there.free) places.push({ left: place.left, right: at, shape, from: place });
  if (here.on === undefined || there.on === undefined) return places;
  const char = commonCharacter(here.on.char, there.on.char);
  const next = char === undefined ? undefined : shapeAfter(shape, char);
  if (char === undefined || next === undefined) return places;
  places.push({ left: here.on.to, right: there.on.to, shape: next, from: place, char });
  return places;
}

function commonCharacter(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined && right === undefined) return "a";
  if (left === undefined) return right === "/" ? undefined : right;
  if (right === undefined) return left === "/" ? undefined : left;
  return left === right ? left : undefined;
}

/** The shape of the current name after a character; `undefined` where no repository has such a path. */
export function shapeAfter(shape: number, char: string): number | undefined {
  if (char !== "/") return nameShapeAfter(shape, char);
  return shape === REAL_NAME ? 0 : undefined;
}

function spell(end: Place): string {
  const chars: string[] = [];
  for (let place: Place | undefined = end; place !== undefined; place = place.from) {
    if (place.char !== undefined) chars.push(place.char);
  }
  return chars.reverse().join("");
}
