import { fail, ok, type Result } from "@breakwater/core";
import { unquoted } from "./flow-text.ts";
import { entriesOf, formProblem, plainForm, type ValueReader } from "./value-reader.ts";
import type { Written } from "./written-line.ts";

/** A number with numbers for single session types. */
export type AgentsPerWave = {
  readonly usual: number;
  readonly bySession: Readonly<Record<string, number>>;
};

const SESSION_TYPES = ["housekeeping", "feature", "deep"];
const fewestAgents = 2;

/** `6`, or `6 (deep: 18)`, or a block of `default` and session types. */
export const agentsPerWave: ValueReader<AgentsPerWave> = {
  read: (written) => {
    const read = readAgents(written);
    const said = unquoted(written.text) || "these lines";
    if (!read.ok) return { problems: [formProblem(written.span, said, read.failure)] };
    const { usual, bySession } = read.value;
    const isBroken = [usual, ...Object.values(bySession)].some((each) => each < fewestAgents);
    const broken = `it is less than ${fewestAgents}`;
    const isUsable = [usual, ...Object.values(bySession)].every((each) => each > 0);
    return {
      ...(isUsable ? { value: read.value } : {}),
      problems: isBroken
        ? [{ kind: "rule", where: written.span, path: [], said, broken, form: plainForm(agentsForm) }]
        : [],
    };
  },
  form: `whole number, at least ${fewestAgents}; \`6 (deep: 18)\` sets one session type apart`,
  schema: {
    oneOf: [
      { type: "integer", minimum: fewestAgents },
      { type: "string", pattern: "^\\d+ *\\(( *(housekeeping|feature|deep): *\\d+ *,?)+\\)$" },
      {
        type: "object",
        properties: Object.fromEntries(
          ["default", ...SESSION_TYPES].map((name) => [name, { type: "integer", minimum: fewestAgents }]),
        ),
        required: ["default"],
        additionalProperties: false,
      },
    ],
  },
  wire: ({ usual, bySession }) =>
    Object.keys(bySession).length === 0 ? usual : { default: usual, ...bySession },
};

const agentsForm = `whole number, at least ${fewestAgents}`;

function readAgents(written: Written): Result<AgentsPerWave, string> {
  const expected = 'a whole number from 1, or as in "6 (deep: 18)"';
  const match = /^(\d+)\s*(?:\(([^()]*)\))?$/.exec(unquoted(written.text));
  const isBlock = match === null && (written.text === "" || written.text.startsWith("{"));
  const entries = isBlock ? entriesOf(written) : ok([]);
  if (!entries.ok || (match === null && !isBlock)) return fail(expected);
  const pairs = isBlock
    ? entries.value.map(({ key, value }) => [key, value.text] as const)
    : [["default", match?.[1] ?? ""] as const, ...overrides(match?.[2])];
  const counts = new Map<string, number>();
  for (const [name, count] of pairs) {
    if (name !== "default" && !SESSION_TYPES.includes(name))
      return fail(`a session type before each colon: ${SESSION_TYPES.join(", ")}`);
    if (!/^\d{1,6}$/.test(count)) return fail(expected);
    counts.set(name, Number(count));
  }
  const usual = counts.get("default");
  counts.delete("default");
  return usual === undefined ? fail(expected) : ok({ usual, bySession: Object.fromEntries(counts) });
}

function overrides(inside: string | undefined): readonly (readonly [string, string])[] {
  const parts = (inside ?? "").split(",").filter((each) => each.trim() !== "");
  return parts.map((each) => {
    const [name = "", ...count] = each.split(":").map((word) => word.trim());
    return [name, count.join(":")] as const;
  });
}
