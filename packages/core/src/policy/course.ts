import type { Option } from "../run/question.ts";

/** Ways to go on where the agreed plan does not fit any more; the same words in every question about it. */
export const REVISE: Option = {
  id: "revise",
  label: "revise the plan",
  consequence: "the session is parked: retry or drop tasks and resume, or stop it and plan the rest anew",
};
export const ABORT: Option = {
  id: "abort",
  label: "abort the session",
  consequence: "running agents are stopped and nothing further lands; everything is kept under refs",
};

/** What a parked session says after `revise` was chosen. */
export const REVISE_NEXT =
  "the plan is to be revised: retry or drop tasks, then resume; or stop, close what is done, and plan the rest anew";

/** What a wave left behind, in numbers. */
export type WaveBalance = {
  readonly tasks: number;
  /** Tasks of the wave that were given up. */
  readonly givenUp: number;
  /** Tasks of later waves that are open, and those of them that depend on something given up. */
  readonly open: number;
  readonly blocked: number;
};

/** One row of the table of major blockers. */
export type BlockerRow = {
  readonly applies: (balance: WaveBalance) => boolean;
  readonly says: (balance: WaveBalance) => string;
};

/** What stands in the way of the whole plan and not of one task only; the first row that applies is asked about. */
export const BLOCKERS: Readonly<Record<"blocks-the-rest" | "mostly-given-up", BlockerRow>> = {
  "blocks-the-rest": {
    applies: ({ open, blocked }) => blocked > 0 && blocked * 2 >= open,
    says: ({ open, blocked }) =>
      `${blocked} of the ${open} tasks that are left depend on work that was given up`,
  },
  "mostly-given-up": {
    applies: ({ tasks, givenUp }) => givenUp > 1 && givenUp * 2 >= tasks,
    says: ({ tasks, givenUp }) => `${givenUp} of its ${tasks} tasks were given up`,
  },
};

/** The major blocker that a wave left behind, in a sentence; none where nothing could go on anyway. */
export function blockerOf(balance: WaveBalance): string | undefined {
  if (balance.open === balance.blocked) return undefined;
  return Object.values(BLOCKERS)
    .find((row) => row.applies(balance))
    ?.says(balance);
}
