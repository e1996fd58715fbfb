import { readFileSync } from "node:fs";
import type { RecordedFact, RunState } from "@breakwater/core";
import { compareFootprints, footprint, openRepository, type Footprint } from "@breakwater/node";
import type { Ended } from "./program.ts";
import type { Stage } from "./stage.ts";

/** Everything that the claims of the demo are checked by: the journal, and what was seen beside it. */
export type Observed = {
  readonly facts: readonly RecordedFact[];
  readonly state: RunState;
  /** The ids that scripted agents wrote down when they were started. */
  readonly starts: readonly string[];
  /** How the first coordinator ended; absent where it was never killed. */
  readonly killedBy?: string;
  /** Agents that were at work at the kill. */
  readonly working: readonly string[];
  /** The one of them that ended before the next coordinator was there. */
  readonly early?: string;
  readonly exits: { readonly resume: number | null; readonly close: number | null };
  /** What differed in the user's checkout just before `close`. */
  readonly touched: readonly string[];
  /** Worktrees beyond the checkout, at the end. */
  readonly worktrees: number;
  /** Files in which the branch differs from where it began. */
  readonly changed: readonly string[];
  /** The tree of the branch at the end. */
  readonly tree: string;
};

/** The footprint of the checkout; throws where it cannot be taken. */
export async function takeFootprint({ root }: Stage): Promise<Footprint> {
  const repository = await openRepository(root);
  if (!repository.ok) throw new Error(`Looking at the demo's checkout: ${repository.failure.message}`);
  const taken = await footprint(repository.value, STATE_DIR);
  if (!taken.ok) throw new Error(`Looking at the demo's checkout: ${taken.failure.message}`);
  return taken.value;
}

/** The state folder of a repository with a CLAUDE.md. */
const STATE_DIR = ".claude";

/** What changed between two looks, as texts. */
export function touchedBetween(before: Footprint, after: Footprint): readonly string[] {
  return compareFootprints(before, after).map(({ part, name, change }) => `${part} ${name} ${change}`);
}

/** What the repository shows once everything is over. */
export function lookAround(
  stage: Stage,
  base: string,
): Pick<Observed, "starts" | "worktrees" | "changed" | "tree"> {
  const listed = stage.git("worktree", "list", "--porcelain").match(/^worktree /gmu)?.length ?? 0;
  return {
    starts: linesOf(textOf(stage.starts)),
    worktrees: listed - 1,
    changed: linesOf(stage.git("diff", "--name-only", base, "main")).toSorted(),
    tree: stage.git("rev-parse", "main^{tree}"),
  };
}

/** The end of what a program wrote when it did not end as it should. */
export function complaintOf({ stderr, stdout }: Ended): readonly string[] {
  return linesOf(stderr === "" ? stdout : stderr).slice(-10);
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
