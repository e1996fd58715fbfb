import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";

/** Reads the text of a value; the failure is what was expected instead, for a sentence that ends with it. */
export type ValueReader<Value> = {
  readonly read: (text: string) => Result<Value, string>;
  /** What the documentation says a value is. */
  readonly form: string;
  /** The JSON schema of the value as YAML holds it. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** A rule beyond the form: a sentence when the value breaks it. */
  readonly rule?: (value: Value) => string | undefined;
  /** Whether a list of lines below the key is a value too. */
  readonly takesLines?: boolean;
  /** Whether the word `none` is a value; for everything else it means that nothing is set. */
  readonly takesNone?: boolean;
};

/** A whole number of at least 1; below `least` it is read and against the rule. */
export function wholeNumber(least: number): ValueReader<number> {
  return {
    read: (text) => (isCount(text) ? ok(Number(text)) : fail("a whole number from 1")),
    form: `whole number, at least ${least}`,
    schema: { type: "integer", minimum: least },
    rule: (value) => (value < least ? `it is less than ${least}` : undefined),
  };
}

/** One of a few words, in any case. */
export function oneOf<Word extends string>(...words: readonly Word[]): ValueReader<Word> {
  return {
    read: (text) => {
      const word = words.find((each) => each === text.toLowerCase());
      return word === undefined ? fail(`one of ${words.join(", ")}`) : ok(word);
    },
    form: words.map((word) => `\`${word}\``).join(" or "),
    schema: { enum: words },
    takesNone: words.some((word) => word === "none"),
  };
}

export const trueOrFalse: ValueReader<boolean> = {
  read: (text) => {
    const word = text.toLowerCase();
    return word === "true" || word === "false" ? ok(word === "true") : fail("true or false");
  },
  form: "`true` or `false`",
  schema: { type: "boolean" },
};

/** A text of one line that is not empty. */
export function text(form: string): ValueReader<string> {
  return {
    read: (given) => (given === "" ? fail("a text") : ok(given)),
    form,
    schema: { type: "string", minLength: 1 },
  };
}

/** A gate's command, or the word `skip` where a project has no such gate. */
export const command: ValueReader<string> = {
  read: (given) => (given === "" ? fail("a command, or skip") : ok(given)),
  form: "a command, or `skip`",
  schema: { type: "string", minLength: 1 },
};

export const turns: ValueReader<number | "auto"> = {
  read: (given) => {
    if (given.toLowerCase() === "auto") return ok("auto");
    return isCount(given) ? ok(Number(given)) : fail("auto or a whole number from 1");
  },
  form: "`auto` or a whole number from 1",
  schema: { oneOf: [{ const: "auto" }, { type: "integer", minimum: 1 }] },
};

/** `[a, b]` or `a, b`, or one entry on each line below the key. */
export const list: ValueReader<readonly string[]> = {
  read: (given) => ok(listItems(given)),
  form: "`a, b`, or one `- item` on each line below",
  schema: { type: "array", items: { type: "string" } },
  takesLines: true,
};

/** A number with numbers for single session types. */
export type AgentsPerWave = {
  readonly usual: number;
  readonly bySession: Readonly<Record<string, number>>;
};

const SESSION_TYPES = ["housekeeping", "feature", "deep"];
const fewestAgents = 2;

/** `6`, or `6 (deep: 18)`. */
export const agentsPerWave: ValueReader<AgentsPerWave> = {
  read: (given) => readAgents(given) ?? fail('a whole number from 1, or as in "6 (deep: 18)"'),
  form: `whole number, at least ${fewestAgents}; \`6 (deep: 18)\` sets one session type apart`,
  schema: {
    oneOf: [
      { type: "integer", minimum: fewestAgents },
      { type: "string", pattern: "^\\d+ *\\(( *(housekeeping|feature|deep): *\\d+ *,?)+\\)$" },
    ],
  },
  rule: ({ usual, bySession }) =>
    [usual, ...Object.values(bySession)].some((each) => each < fewestAgents)
      ? `it is less than ${fewestAgents}`
      : undefined,
};

function readAgents(given: string): Result<AgentsPerWave, string> | undefined {
  const match = /^(\d+)\s*(?:\(([^()]*)\))?$/.exec(given);
  const usual = match?.[1] ?? "";
  if (!isCount(usual)) return undefined;
  const bySession: Record<string, number> = {};
  for (const part of (match?.[2] ?? "").split(",").filter((each) => each.trim() !== "")) {
    const [name = "", count = ""] = part.split(":").map((each) => each.trim());
    if (!SESSION_TYPES.includes(name))
      return fail(`a session type before each colon: ${SESSION_TYPES.join(", ")}`);
    if (!isCount(count)) return undefined;
    bySession[name] = Number(count);
  }
  return ok({ usual: Number(usual), bySession });
}

function isCount(given: string): boolean {
  return /^\d{1,6}$/.test(given) && Number(given) >= 1;
}

function listItems(given: string): readonly string[] {
  const inner = /^\[([\s\S]*)\]$/.exec(given)?.[1] ?? given;
  return inner
    .split(/[,\n]/)
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== "");
}

/** A value without the quotes or backticks around the whole of it. */
export function unquoted(given: string): string {
  const match = /^(["'`])([\s\S]*)\1$/.exec(given);
  return match?.[2] ?? given;
}
