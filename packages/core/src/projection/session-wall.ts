import { counted } from "../count-text.ts";
import type { StandingWall, WallHold, WallTier } from "../policy/wall.ts";
import type { AttemptState, RunState } from "../run/state.ts";

/** The walls of a session so far: what its plan asks for, and what stood around how many attempts. */
export type SessionWall = {
  readonly policy: "required" | "preferred" | "off";
  readonly attempts: readonly {
    readonly tier: WallTier;
    /** Known once an attempt has ended. */
    readonly hold?: WallHold;
    readonly count: number;
  }[];
  /** What those walls left open on purpose, each sentence once. */
  readonly holes: readonly string[];
};

/** Folds the walls of a session; undefined before a session is there. Never throws. */
export function sessionWallOf(state: RunState): SessionWall | undefined {
  if (state.session === undefined) return undefined;
  const walls = [...state.attempts.values()].flatMap(wallOf);
  const kinds = new Map<string, SessionWall["attempts"][number]>();
  for (const { tier, hold } of walls) {
    const key = `${tier} ${hold ?? ""}`;
    const count = (kinds.get(key)?.count ?? 0) + 1;
    kinds.set(key, { tier, ...(hold === undefined ? {} : { hold }), count });
  }
  return {
    policy: state.session.schedule.wall,
    attempts: [...kinds.values()],
    holes: [...new Set(walls.flatMap(({ holes }) => holes))],
  };
}

/** One line for people: the tiers with how many attempts each stood around. */
export function sessionWallText({ policy, attempts }: SessionWall): string {
  const stood = attempts.map(({ tier, hold, count }) => {
    const around = `${tier === "none" ? "no wall" : tier}${hold === undefined ? "" : `, ${hold},`}`;
    return `${around} around ${counted(count, "attempt")}`;
  });
  return `${policy}; ${stood.length === 0 ? "no attempt has started" : stood.join("; ")}`;
}

function wallOf({ started, report }: AttemptState): readonly StandingWall[] {
  if (started === undefined) return [];
  return [report?.wall ?? { tier: started.wall ?? "none", holes: [] }];
}
