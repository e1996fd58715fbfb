import type { Arg } from "../shell/arg.ts";

/** Which options of a program take a value. Short ones are letters; long ones are written with `--`. */
export type OptionSpec = {
  readonly short?: string;
  readonly long?: readonly string[];
  /** Options end at the first operand, as in programs that start another program. */
  readonly stopAtOperand?: boolean;
  /** `-name` is one option and no cluster, as in `find` and `java`. */
  readonly singleDash?: boolean;
};

/** The arguments of a program, taken apart. */
export type Options = {
  /** Whether an option was given; a long one also by any abbreviation of at least two letters. */
  has(...names: readonly string[]): boolean;
  /** The values given to an option, in order. */
  values(...names: readonly string[]): readonly Arg[];
  readonly operands: readonly Arg[];
  /** The options as spelled, clusters taken apart. */
  readonly flags: readonly string[];
};

/** Takes the arguments of a program apart: clusters, `--name=value`, abbreviations, `--`. */
export function readOptions(args: readonly Arg[], spec: OptionSpec = {}): Options {
  const given: { name: string; value?: Arg }[] = [];
  const operands: Arg[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (arg === undefined) break;
    if (arg.text === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (!arg.text.startsWith("-") || arg.text === "-") {
      if (spec.stopAtOperand === true) {
        operands.push(...args.slice(at));
        break;
      }
      operands.push(arg);
      continue;
    }
    at += readOption(arg, args[at + 1], spec, given);
  }
  return optionsOf(given, operands);
}

/** Reads one option word; returns how many further words it took. */
function readOption(
  arg: Arg,
  next: Arg | undefined,
  spec: OptionSpec,
  given: { name: string; value?: Arg }[],
): number {
  if (arg.text.startsWith("--") || spec.singleDash === true) return readLong(arg, next, spec, given);
  const letters = arg.text.slice(1);
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters.charAt(at);
    if (spec.short?.includes(letter) !== true) {
      given.push({ name: `-${letter}` });
      continue;
    }
    const rest = letters.slice(at + 1);
    const value = rest === "" ? next : { text: rest, glob: arg.glob };
    given.push(value === undefined ? { name: `-${letter}` } : { name: `-${letter}`, value });
    return rest === "" ? 1 : 0;
  }
  return 0;
}

function readLong(
  arg: Arg,
  next: Arg | undefined,
  spec: OptionSpec,
  given: { name: string; value?: Arg }[],
): number {
  const equals = arg.text.indexOf("=");
  if (equals > 0) {
    given.push({
      name: arg.text.slice(0, equals),
      value: { text: arg.text.slice(equals + 1), glob: arg.glob },
    });
    return 0;
  }
  const takes =
    spec.long?.some((name) => name === arg.text || (arg.text.length > 3 && name.startsWith(arg.text))) ===
    true;
  given.push(takes && next !== undefined ? { name: arg.text, value: next } : { name: arg.text });
  return takes ? 1 : 0;
}

function optionsOf(given: readonly { name: string; value?: Arg }[], operands: readonly Arg[]): Options {
  const matches = (spelled: string, name: string): boolean =>
    spelled === name ||
    (name.startsWith("--") && spelled.length > 2 && spelled.startsWith("--") && name.startsWith(spelled));
  return {
    has: (...names) => given.some((each) => names.some((name) => matches(each.name, name))),
    values: (...names) =>
      given.flatMap((each) =>
        each.value !== undefined && names.some((name) => matches(each.name, name)) ? [each.value] : [],
      ),
    operands,
    flags: given.map((each) => each.name),
  };
}
