import { parseGlob, staticPrefix } from "../../scope/glob.ts";
import type { CollisionRisk, PlanTask } from "../plan.ts";

/** How likely the tasks of a wave meet, and the sentence that says why. */
export type Collision = { readonly risk: CollisionRisk; readonly because: string };

type Writer = Pick<PlanTask, "id" | "scope" | "collisionRisk">;

/** Pairs that are judged for one wave; beyond them nothing is called unlikely. */
const MOST_PAIRS = 2_000;

/**
 * The risk of a wave: the highest that a task states, or that follows from the scopes of two tasks that state
 * none and may run at once (`docs/spec/planning.md`).
 */
export function collisionOf(
  tasks: readonly Writer[],
  atOnce: (left: Writer, right: Writer) => boolean,
): Collision {
  let found: Collision = { risk: "low", because: "no two tasks write in one folder at one time" };
  for (const { id, collisionRisk: risk } of tasks)
    if (risk !== undefined && isHigher(risk, found.risk)) found = { risk, because: `${id} states it` };
  const open = tasks.filter(
    ({ scope, collisionRisk }) => scope.kind === "write" && collisionRisk === undefined,
  );
  let pairs = 0;
  for (const [at, left] of open.entries()) {
    for (const right of open.slice(at + 1)) {
      if (found.risk === "high" || !atOnce(left, right)) continue;
      if (++pairs > MOST_PAIRS) return { risk: "high", because: "it has too many scopes to compare" };
      const risk = collisionRiskOf([globsOf(left), globsOf(right)]);
      if (isHigher(risk, found.risk)) found = { risk, because: reasonOf(risk, left, right) };
    }
  }
  return found;
}

const ORDER: readonly CollisionRisk[] = ["low", "medium", "high"];

function isHigher(risk: CollisionRisk, than: CollisionRisk): boolean {
  return ORDER.indexOf(risk) > ORDER.indexOf(than);
}

function globsOf({ scope }: Writer): readonly string[] {
  return scope.kind === "write" ? scope.globs : [];
}

function reasonOf(risk: CollisionRisk, { id: left }: Writer, { id: right }: Writer): string {
  return risk === "high"
    ? `a recursive entry of ${left} or ${right} covers a folder of the other`
    : `${left} and ${right} write in one folder`;
}

/**
 * How likely agents meet, by what they may write: `high` where the folder of a recursive entry holds an entry of
 * another agent, `medium` where two write in one folder, else `low`. Scopes that share a file are not judged
 * here: those are refused.
 */
export function collisionRiskOf(scopes: readonly (readonly string[])[]): CollisionRisk {
  const entries = scopes.map((globs) =>
    globs.flatMap((entry) => {
      const glob = parseGlob(entry);
      if (!glob.ok) return [];
      const isDeep = entry.includes("**");
      const prefix = staticPrefix(glob.value);
      const isFile = glob.value.shape.kind === "file";
      return [{ isDeep, folder: isFile ? prefix.split("/").slice(0, -1).join("/") : prefix }];
    }),
  );
  let risk: CollisionRisk = "low";
  for (const [at, left] of entries.entries()) {
    for (const right of entries.slice(at + 1).flat()) {
      if (
        left.some(
          (each) =>
            (each.isDeep && isBelow(right.folder, each.folder)) ||
            (right.isDeep && isBelow(each.folder, right.folder)),
        )
      )
        return "high";
      if (left.some((each) => each.folder === right.folder)) risk = "medium";
    }
  }
  return risk;
}

function isBelow(folder: string, of: string): boolean {
  return of === "" || folder === of || folder.startsWith(`${of}/`);
}
