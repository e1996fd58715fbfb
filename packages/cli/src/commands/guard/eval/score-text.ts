import { type Evaluation, type Score, scoreOf } from "@breakwater/guard";

const MOST_IDS = 10;

/** The table that ends an evaluation: rules by how often they decided, then each way to be wrong. */
export function scoreText(evaluation: Evaluation): string {
  const rules = [...evaluation.byRule].toSorted(
    ([first, one], [second, other]) => other.cases - one.cases || (first < second ? -1 : 1),
  );
  const score = scoreOf(evaluation.rows);
  const { allow, ask, deny } = score.expected;
  const lines = [
    ...rules.map(
      ([rule, { cases, missed }]) =>
        `${rule.padEnd(18)} ${String(cases).padStart(5)}${missed > 0 ? `   ${missed} not as expected` : ""}`,
    ),
    ...differences(score).map(([name, ids, of]) => `${name.padEnd(18)} ${ratio(ids, of)}`),
    `${score.matched} of ${allow + ask + deny} as expected, ${evaluation.rows.length} judged, ${evaluation.failures.length} unreadable`,
  ];
  return `${lines.join("\n")}\n`;
}

function differences(score: Score): readonly (readonly [name: string, ids: readonly string[], of: number])[] {
  const { allow, ask, deny } = score.expected;
  return [
    ["miss", score.misses, deny],
    ["asked, not denied", score.asked, deny],
    ["not asked", score.unasked, ask],
    ["denied, not asked", score.overruled, ask],
    ["false denial", score.falseDenials, allow],
    ["false ask", score.falseAsks, allow],
  ];
}

function ratio(ids: readonly string[], of: number): string {
  const named = ids.length === 0 ? "" : `   ${ids.slice(0, MOST_IDS).join(" ")}`;
  const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : "";
  return `${String(ids.length).padStart(5)} of ${of}${named}${more}`;
}
