import type { Glob } from "./glob.ts";
import { shapeAfter } from "./glob-intersect.ts";
import { after, movesOf, settled, type Program } from "./glob-program.ts";
import { REAL_NAME } from "./path-name.ts";

/**
 * Whether the first glob matches every path that the second matches.
 *
 * Never wrongly true. Exact but for hostile pairs: where the comparison would grow out of bounds the answer
 * is false, which makes a person decide.
 */
export function coversGlob(wide: Glob, narrow: Glob): boolean {
  return coversAll([wide], narrow);
}

/** `coversGlob` for several globs together, which may share the paths of the narrow one among them. */
export function coversAll(wide: readonly Glob[], narrow: Glob): boolean {
  return !mayEscape(joined(wide), narrow.program);
}

/** How many combinations of places a comparison may visit before it gives up. */
const MOST_PLACES = 20_000;

/** A place of the narrow program together with every place where the wide one may be then. */
type Place = { readonly narrow: number; readonly shape: number; readonly wide: readonly number[] };

function mayEscape(wide: Program, narrow: Program): boolean {
  const seen = new Set<string>();
  const waiting: Place[] = [{ narrow: 0, shape: 0, wide: inOrder(settled(wide, [0])) }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const key = `${place.narrow}:${place.shape}:${place.wide.join(",")}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST_PLACES) return true;
    const atEnd = place.narrow === narrow.length - 1 && place.shape === REAL_NAME;
    if (atEnd && !place.wide.some((at) => wide[at]?.op === "end")) return true;
    waiting.push(...placesAfter(wide, narrow, place));
  }
  return false;
}

function placesAfter(wide: Program, narrow: Program, place: Place): readonly Place[] {
  const moves = movesOf(narrow, place.narrow);
  const places: Place[] = moves.free.map((at) => ({ ...place, narrow: at }));
  const on = moves.on;
  if (on === undefined) return places;
  const chars = on.char === undefined ? namedBy(wide, place.wide) : [on.char];
  for (const char of chars) {
    const shape = char === undefined ? REAL_NAME : shapeAfter(place.shape, char);
    if (shape === undefined) continue;
    places.push({ narrow: on.to, shape, wide: placesOn(wide, place.wide, char) });
  }
  return places;
}

/** The characters that the wide program tells apart here, and `undefined` for all others together. */
function namedBy(wide: Program, at: readonly number[]): readonly (string | undefined)[] {
  const chars = new Set<string | undefined>([undefined]);
  for (const index of at) {
    const step = wide[index];
    if (step?.op === "char" && step.char !== "/") chars.add(step.char);
  }
  return [...chars];
}

function placesOn(wide: Program, at: readonly number[], char: string | undefined): readonly number[] {
  const next: number[] = [];
  for (const index of at) {
    const to = after(wide, index, char);
    if (to !== undefined) next.push(to);
  }
  return inOrder(settled(wide, next));
}

function inOrder(places: readonly number[]): readonly number[] {
  return [...places].sort((one, other) => one - other);
}

/** One program that matches what any of the globs matches; it has an `end` for each of them. */
function joined(globs: readonly Glob[]): Program {
  const starts: number[] = [];
  const steps: Program[number][] = [{ op: "fork", to: starts }];
  for (const { program } of globs) {
    const offset = steps.length;
    starts.push(offset);
    for (const step of program) {
      steps.push(step.op === "fork" ? { op: "fork", to: step.to.map((at) => at + offset) } : step);
    }
  }
  return steps;
}
