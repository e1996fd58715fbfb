import { reviewText, sessionWallText, type Glance } from "@breakwater/core";
import type { CommandContext } from "../command-context.ts";
import { view } from "../terminal/view.ts";

/** Narrower than this the table says too little to be of use in a text that may be scrolled. */
const LEAST_WIDTH = 60;
/** A session at rest is printed whole, however many tasks it has. */
const ALL_LINES = 10_000;

/** A session at one moment, as lines for people: the live view without its keys, and what to do next. */
export function statusLines(
  { board, attention, at, wall, next }: Glance,
  context: Pick<CommandContext, "width" | "colour" | "ascii">,
): readonly string[] {
  const options = { color: context.colour.stdout, ascii: context.ascii, height: ALL_LINES };
  const lines = view({ board, attention, now: at }, Math.max(context.width, LEAST_WIDTH), options);
  const reviews = board.reviews.map((row) => ` review ${reviewText(row)}`);
  const stood = wall === undefined ? [] : [` wall   ${sessionWallText(wall)}`];
  return [...lines.slice(0, -1), ...reviews, ...stood, ...(next === undefined ? [] : ["", ` next  ${next}`])];
}
