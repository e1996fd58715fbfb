import { readFileSync, statSync } from "node:fs";

/** A text of at most so many bytes; `undefined` where there is none, or it is larger. Never throws. */
export function readBounded(file: string, most: number): string | undefined {
  try {
    const { size } = statSync(file);
    return size > most ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
