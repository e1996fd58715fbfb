import type { Failure } from "@breakwater/core";
import type { WallLadder } from "./wall-ladder.ts";

/** No tier holds on this machine, and something asked for one. */
export function noWall({ rungs, fix }: Pick<WallLadder, "rungs" | "fix">, who: string): Failure {
  const reasons = [...new Set(rungs.map(({ tier, reason }) => `${tier}: ${reason}`))];
  return {
    code: "BW774",
    message: `${who} a wall of the operating system, and none holds on this machine (${reasons.join("; ")})`,
    why: "Without one, scopes hold at the door and at the audit of every merge; processes of agents could still write elsewhere.",
    fix: `${fix ?? "Run breakwater in a Linux container or VM"}; see breakwater wall probe. Or set \`wall: preferred\` in the plan`,
  };
}

/** A wall that was there a moment ago does not come up. */
export function wallBroken(tier: string, reason: string): Failure {
  return {
    code: "BW790",
    message: `the wall ${tier} cannot be relied on now: it ${reason}`,
    why: "Every start tries its wall first; what cannot be shown to hold is not used, and no weaker one takes its place in silence.",
    fix: "breakwater wall probe --fresh shows what holds now; then breakwater retry",
  };
}
