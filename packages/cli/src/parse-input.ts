import { Argument, Command, CommanderError, Option } from "commander";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { commandInput } from "./command-input.ts";
import type { CommandInput, ParsedValues } from "./command-input.ts";
import type { ArgumentSpec, CommandSpec, OptionSpec } from "./command-spec.ts";
import { usageFailures } from "./errors/usage-failure.ts";
import { GLOBAL_OPTIONS } from "./global-option.ts";

/**
 * Reads the words after a command's name. A failure is BW011 to BW013 and ends with exit code 2. With
 * `--help` among the words, missing arguments are no failure.
 */
export function parseInput(spec: CommandSpec, words: readonly string[]): Result<CommandInput> {
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

function parse(
  spec: CommandSpec,
  options: readonly OptionSpec[],
  words: readonly string[],
): Result<ParsedValues> {
  const command = new Command(spec.name)
    .helpOption(false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  const declared = options.map((option) => ({ option, made: commanderOption(option) }));
  for (const { made } of declared) command.addOption(made);
  for (const each of spec.arguments ?? []) command.addArgument(commanderArgument(each, asksForHelp(words)));
  try {
    command.parse([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return fail(usageFailure(error, spec, options));
    throw error;
  }
  const found: Readonly<Record<string, unknown>> = command.opts();
  return ok({
    arguments: new Map(
      (spec.arguments ?? []).map((each, at) => [each.name, textOrList(command.processedArgs[at])]),
    ),
    options: new Map(
      declared.map(({ option, made }) => [option.name, valueOf(option, found[made.attributeName()])]),
    ),
  });
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

function commanderOption({ name, short, summary, value, repeat, several }: OptionSpec): Option {
  const word = value === undefined ? "" : ` <${value}${several === true ? "..." : ""}>`;
  const flags = `${short === undefined ? "" : `-${short}, `}--${name}${word}`;
  const option = new Option(flags, summary);
  if (repeat === true)
    option.argParser((each: string, before: unknown) => [...(textList(before) ?? []), each]);
  return option;
}

function commanderArgument({ name, summary, optional, rest }: ArgumentSpec, lenient: boolean): Argument {
  const word = rest === true ? `${name}...` : name;
  return new Argument(optional === true || lenient ? `[${word}]` : `<${word}>`, summary);
}

/** The library holds `--no-x` as `x`, true until it is given. */
function valueOf(option: OptionSpec, found: unknown): string | boolean | readonly string[] | undefined {
  if (option.name.startsWith("no-") && option.value === undefined) return found === false;
  return typeof found === "boolean" ? found : textOrList(found);
}

function textOrList(value: unknown): string | readonly string[] | undefined {
  return typeof value === "string" ? value : textList(value);
}

function textList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

function usageFailure(error: CommanderError, spec: CommandSpec, options: readonly OptionSpec[]): Failure {
  const command = `breakwater ${spec.name}`;
  const text = error.message.replace(/^error: /, "").replace(/\s*\(Did you mean.*$/s, "");
  if (error.code !== "commander.unknownOption")
    return usageFailures.badArguments(`${command}: ${text}`, command);
  const word = /'([^']*)'/.exec(text)?.[1] ?? "";
  const names = options.filter((option) => option.hidden !== true).map((option) => option.name);
  return usageFailures.unknownOption(word, names, command);
}

/** The first value that is none of its choices, or no number where one must stand. */
function faultOf(
  spec: CommandSpec,
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
