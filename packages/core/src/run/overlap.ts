import { quoteName } from "../scope/path-name.ts";

/** The most paths that a message names; the fact holds them all. */
const NAMED = 10;

/**
 * What a running agent is told when other work landed on paths of its scope. It names files and nothing of
 * the other task, whose id and aim are none of its business.
 */
export function overlapNote(paths: readonly string[], conflicts: readonly string[]): string {
  const lines = [
    `Other work has landed and changed files that you may write: ${named(paths)}.`,
    "Your files stay as they are; when you are done, your work is merged with it.",
  ];
  const advice =
    conflicts.length === 0
      ? "Keep your changes in these files small, and leave their other lines alone."
      : `As it is now, your work would conflict in ${named(conflicts)}. Change no more there than your task needs.`;
  return [...lines, advice].join(" ");
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).map(quoteName).join(", ");
  return paths.length > NAMED ? `${shown} and ${paths.length - NAMED} more` : shown;
}
