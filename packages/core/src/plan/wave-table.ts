import type { Role } from "./plan.ts";

/** The roles of each wave by the number of waves; a role that stands twice is split over both. */
export const waveTable: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6, readonly (readonly Role[])[]>> = {
  1: [["discovery", "impl-core", "impl-polish", "quality", "finalization"]],
  2: [
    ["discovery", "impl-core", "impl-polish"],
    ["quality", "finalization"],
  ],
  3: [["discovery", "impl-core"], ["impl-polish", "quality"], ["finalization"]],
  4: [["discovery"], ["impl-core", "impl-polish"], ["quality"], ["finalization"]],
  5: [["discovery"], ["impl-core"], ["impl-polish"], ["quality"], ["finalization"]],
  6: [
    ["discovery"],
    ["impl-core"],
    ["impl-core"],
    ["impl-polish"],
    ["impl-polish"],
    ["quality", "finalization"],
  ],
};

/** The row of the table for a number of waves; more than six are six. */
export function wavesFor(count: number): readonly (readonly Role[])[] {
  switch (count) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return waveTable[count];
    default:
      return count < 1 ? waveTable[1] : waveTable[6];
  }
}

/**
 * The order of roles inside one wave: a later phase waits for the earlier one. Docs run beside the polish,
 * because neither writes what the other reads.
 */
export const phaseOf: Readonly<Record<Role, number>> = {
  discovery: 0,
  "impl-core": 1,
  "impl-polish": 2,
  docs: 2,
  quality: 3,
  finalization: 4,
};
