import { parseArgs, type ParseArgsConfig } from "node:util";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { commandInput } from "./command-input.ts";
import type { CommandInput, ParsedValues } from "./command-input.ts";
import type { CommandShape, OptionSpec } from "./command-spec.ts";
import { usageFailures } from "./errors/usage-failure.ts";
import { GLOBAL_OPTIONS } from "./global-option.ts";

/**
 * Reads the words after a command's name. A failure is BW011 to BW013 and ends with exit code 2. With
 * `--help` among the words, missing arguments are no failure.
 */
export function parseInput(spec: CommandShape, words: readonly string[]): Result<CommandInput> {
  if (spec.raw === true) return ok(commandInput(rawValues(words)));
  const options = [...(spec.options ?? []), ...GLOBAL_OPTIONS];
  const parsed = parse(spec, options, words);
  if (!parsed.ok) return parsed;
  const fault = faultOf(spec, options, parsed.value);
  return fault === undefined ? ok(commandInput(parsed.value)) : fail(fault);
}

function rawValues(words: readonly string[]): ParsedValues {
  return {
    arguments: new Map([["rest", words]]),
    options: new Map(GLOBAL_OPTIONS.map((option) => [option.name, undefined])),
  };
}

type Declared = { readonly spec: CommandShape; readonly options: readonly OptionSpec[] };

/** What the words are, before anybody judges their values. */
function parse(
  spec: CommandShape,
  options: readonly OptionSpec[],
  words: readonly string[],
): Result<ParsedValues> {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(options.map((option) => [option.name, declaration(option)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const sorted = sortTokens(tokens, { spec, options });
  if (!sorted.ok) return sorted;
  const { given, positional } = sorted.value;
  const placed = place(spec, positional, asksForHelp(words));
  if (!placed.ok) return placed;
  const values = options.map((option) => [option.name, valueOf(option, given.get(option.name))] as const);
  return ok({ arguments: placed.value, options: new Map(values) });
}

type Token = OptionToken | { readonly kind: "positional"; readonly value: string } | Terminator;
type OptionToken = {
  readonly kind: "option";
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
};
type Terminator = { readonly kind: "option-terminator" };

type Sorted = {
  readonly given: ReadonlyMap<string, readonly (string | true)[]>;
  readonly positional: readonly string[];
};

/** Options with their values, and the words that belong to none. */
function sortTokens(tokens: readonly Token[], declared: Declared): Result<Sorted> {
  const given = new Map<string, readonly (string | true)[]>();
  const positional: string[] = [];
  let several: string | undefined;
  const give = (name: string, value: string | true): void => {
    given.set(name, [...(given.get(name) ?? []), value]);
  };
  for (const token of tokens) {
    if (token.kind === "option-terminator") several = undefined;
    else if (token.kind === "option") {
      const fault = optionFault(token, declared);
      if (fault !== undefined) return fail(fault);
      give(token.name, token.value ?? true);
      several = declared.options.find(({ name }) => name === token.name)?.several ? token.name : undefined;
    } else if (several === undefined) positional.push(token.value);
    else give(several, token.value);
  }
  return ok({ given, positional });
}

function declaration({ short, value }: OptionSpec): NonNullable<ParseArgsConfig["options"]>[string] {
  return { type: value === undefined ? "boolean" : "string", ...(short === undefined ? {} : { short }) };
}

function optionFault(token: OptionToken, { spec, options }: Declared): Failure | undefined {
  const command = `breakwater ${spec.name}`;
  const option = options.find(({ name }) => name === token.name);
  if (option === undefined) {
    const names = options.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
    return usageFailures.unknownOption(token.rawName, names, command);
  }
  if (option.value !== undefined && token.value === undefined)
    return usageFailures.badArguments(`${command}: --${option.name} wants a value, ${option.value}`, command);
  if (option.value === undefined && token.value !== undefined)
    return usageFailures.badArguments(`${command}: --${option.name} takes no value`, command);
  return undefined;
}

/** Gives each argument its word; a `rest` takes all that are left. */
function place(
  spec: CommandShape,
  words: readonly string[],
  lenient: boolean,
): Result<ParsedValues["arguments"]> {
  const command = `breakwater ${spec.name}`;
  const specs = spec.arguments ?? [];
  const found = new Map(specs.map((each, at) => [each.name, each.rest ? words.slice(at) : words[at]]));
  const missing = specs.find(({ name, optional }) => optional !== true && !isGiven(found.get(name)));
  if (missing !== undefined && !lenient)
    return fail(
      usageFailures.badArguments(`${command}: missing required argument '${missing.name}'`, command),
    );
  if (words.length > specs.length && specs.at(-1)?.rest !== true) {
    const what = `${command}: it takes ${countOf(specs.length)}, and there are ${words.length}`;
    return fail(usageFailures.badArguments(what, command));
  }
  return ok(found);
}

const isGiven = (value: string | readonly string[] | undefined): boolean =>
  typeof value === "string" || (value !== undefined && value.length > 0);

const countOf = (count: number): string =>
  count === 0 ? "no argument" : count === 1 ? "one argument" : `${count} arguments`;

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

function valueOf(
  option: OptionSpec,
  found: readonly (string | true)[] | undefined,
): string | boolean | readonly string[] | undefined {
  if (option.value === undefined) return found !== undefined;
  const texts = found?.filter((each) => each !== true);
  return option.repeat === true ? texts : texts?.at(-1);
}

/** The first value that is none of its choices, or no number where one must stand. */
function faultOf(
  spec: CommandShape,
  options: readonly OptionSpec[],
  values: ParsedValues,
): Failure | undefined {
  for (const each of spec.arguments ?? []) {
    const fault = choiceFault(each.name.toUpperCase(), each.choices, values.arguments.get(each.name));
    if (fault !== undefined) return fault;
  }
  for (const option of options) {
    const value = values.options.get(option.name);
    const fault =
      choiceFault(`--${option.name}`, option.choices, value) ??
      numberFault(`--${option.name}`, option.atLeast, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

type Given = string | boolean | readonly string[] | undefined;

function choiceFault(
  name: string,
  choices: readonly string[] | undefined,
  given: Given,
): Failure | undefined {
  if (choices === undefined) return undefined;
  const wrong = texts(given).find((value) => !choices.includes(value));
  return wrong === undefined ? undefined : usageFailures.badValue(name, wrong, choices);
}

function numberFault(name: string, least: number | undefined, given: Given): Failure | undefined {
  if (least === undefined) return undefined;
  const isNumber = (value: string): boolean => /^\d{1,15}$/.test(value) && Number(value) >= least;
  const wrong = texts(given).find((value) => !isNumber(value));
  return wrong === undefined ? undefined : usageFailures.badNumber(name, wrong, least);
}

function texts(given: Given): readonly string[] {
  if (given === undefined || typeof given === "boolean") return [];
  return typeof given === "string" ? [given] : given;
}
