import type { RunState } from "../run/state.ts";
import { attentionOf, nextCommand, type AttentionItem } from "./attention.ts";
import { boardOf, type Board } from "./board.ts";
import { sessionWallOf, type SessionWall } from "./session-wall.ts";

/** All that is told of a session at one moment; plain JSON, so that it can be kept. */
export type Glance = {
  /** The moment, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether the session's own clock goes on; it stands still once the session has settled. */
  readonly isOpen: boolean;
  readonly board: Board;
  readonly attention: readonly AttentionItem[];
  readonly wall?: SessionWall;
  readonly next?: string;
};

/** Derives what there is to tell at `now` (milliseconds since the epoch, not before the newest fact). */
export function glanceOf(state: RunState, now: number): Glance {
  const at = Math.max(now, state.now);
  const wall = sessionWallOf(state);
  const next = nextCommand(state);
  return {
    at,
    isOpen: state.session !== undefined && state.session.settledAt === undefined,
    board: boardOf(state, at),
    attention: attentionOf(state),
    ...(wall === undefined ? {} : { wall }),
    ...(next === undefined ? {} : { next }),
  };
}

/** The same glance at a later moment without a new fact: the times of what goes on move, and nothing else. */
export function glanceLater(glance: Glance, now: number): Glance {
  const { board } = glance;
  const passed = Math.max(0, now - glance.at);
  return {
    ...glance,
    at: glance.at + passed,
    board: {
      ...board,
      elapsedMs: board.elapsedMs + (glance.isOpen ? passed : 0),
      waves: board.waves.map((wave) =>
        wave.elapsedMs === undefined || !GOING_ON.has(wave.state)
          ? wave
          : { ...wave, elapsedMs: wave.elapsedMs + passed },
      ),
      rows: board.rows.map((row) => later(row, passed)),
    },
  };
}

/** The words of a wave that runs. */
const GOING_ON: ReadonlySet<Board["waves"][number]["state"]> = new Set(["working", "needsYou", "gating"]);

/** Only an attempt that runs has been quiet for a while. */
function later(row: Board["rows"][number], passed: number): Board["rows"][number] {
  const { quietMs, elapsedMs } = row;
  if (quietMs === undefined) return row;
  return {
    ...row,
    quietMs: quietMs + passed,
    ...(elapsedMs === undefined ? {} : { elapsedMs: elapsedMs + passed }),
  };
}
