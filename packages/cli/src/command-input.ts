/**
 * What a person gave a command, after parsing. A name that the command's spec does not have is a fault of
 * ours and throws.
 */
export type CommandInput = {
  /** A positional argument, or `undefined` where an optional one is missing. */
  readonly argument: (name: string) => string | undefined;
  /** The arguments of a spec with `rest`. */
  readonly rest: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
  /** The value of an option; the last one where it was given twice. */
  readonly option: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  /** The value of an option with `atLeast`. */
  readonly number: (name: string) => number | undefined;
};

/** What parsing found, by name. */
export type ParsedValues = {
  readonly arguments: ReadonlyMap<string, string | readonly string[] | undefined>;
  readonly options: ReadonlyMap<string, string | boolean | readonly string[] | undefined>;
};

/** The reading side of parsed values. */
export function commandInput(values: ParsedValues): CommandInput {
  const optionOf = (name: string) => known(values.options, name, "option");
  const option = (name: string): string | undefined => {
    const value = optionOf(name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    argument: (name) => {
      const value = known(values.arguments, name, "argument");
      return typeof value === "string" ? value : undefined;
    },
    rest: (name) => listOf(known(values.arguments, name, "argument")),
    flag: (name) => optionOf(name) === true,
    option,
    list: (name) => listOf(optionOf(name)),
    number: (name) => {
      const value = option(name);
      return value === undefined ? undefined : Number(value);
    },
  };
}

function known<Value>(values: ReadonlyMap<string, Value>, name: string, kind: string): Value | undefined {
  if (!values.has(name)) throw new Error(`Reading ${kind} "${name}", which the command does not declare`);
  return values.get(name);
}

function listOf(value: string | boolean | readonly string[] | undefined): readonly string[] {
  if (value === undefined || typeof value === "boolean") return [];
  return typeof value === "string" ? [value] : value;
}
