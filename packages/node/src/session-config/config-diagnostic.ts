import { nearMatch, plainLine } from "@breakwater/core";
import type { Diagnostic, SourceSpan } from "@breakwater/core";
import type { ConfigKey } from "./config-key.ts";
import { configKeys, specOf } from "./config-key.ts";
import { plainForm } from "./value-reader.ts";
import type { ValueProblem } from "./value-reader.ts";

/** A diagnostic with the key that it is about, where there is one. */
export type ConfigDiagnostic = Diagnostic & { readonly key?: string };

/** What a problem of a value weighs: always an error, an error under `strict`, or never one. */
export type Weighed = {
  readonly weight: "always" | "strict" | "never";
  readonly diagnostic: ConfigDiagnostic;
};

/** A problem of one key's value as people read it. */
export function problemDiagnostic(key: ConfigKey, problem: ValueProblem): Weighed {
  const weighed = judgedProblem(key, problem);
  // What nothing is done by must not keep a session from starting.
  return specOf(key).idle === true ? { ...weighed, weight: "never" } : weighed;
}

function judgedProblem(key: ConfigKey, problem: ValueProblem): Weighed {
  const { where, path } = problem;
  const name = [key, ...path].join(".");
  const shared = { where, key } as const;
  switch (problem.kind) {
    case "form":
      return {
        // A wrong value inside a block leaves its default in force; a wrong value of its own has no meaning.
        weight: path.length > 0 && specOf(key).reader.below !== undefined ? "strict" : "always",
        diagnostic: {
          ...shared,
          code: "BW810",
          severity: "error",
          message: `${name} cannot be "${plainLine(problem.said, 80)}"`,
          why: `expected is ${problem.expected}`,
          fix: `correct the value, or remove the key; breakwater config explain ${key}`,
        },
      };
    case "rule":
      return {
        weight: "strict",
        diagnostic: {
          ...shared,
          code: "BW812",
          severity: "warning",
          message: `${name} is "${plainLine(problem.said, 80)}", and ${problem.broken}`,
          fix: `write a ${plainForm(problem.form)}`,
        },
      };
    case "unknown":
      return {
        weight: "strict",
        diagnostic: { ...unknownWord(name, problem), key },
      };
    case "stray":
      return {
        weight: "strict",
        diagnostic: {
          ...shared,
          code: "BW817",
          severity: "warning",
          message: `this line is not read: it stands below ${name}, which has a value already`,
          why: "what is indented belongs to the key above it, never to the section",
          fix: "take the blanks before it away, or remove the line",
        },
      };
  }
}

function unknownWord(
  name: string,
  { word, near, known, where }: Extract<ValueProblem, { kind: "unknown" }>,
): Diagnostic {
  const hint = near === undefined ? "" : ` - did you mean "${near}"?`;
  return {
    code: "BW811",
    severity: "warning",
    message: `"${plainLine(word, 80)}" is unknown in ${name}${hint}`,
    where,
    why: "a word that nobody reads looks as if it held",
    fix: near === undefined ? `remove it; known are ${known.join(", ")}` : `write ${near}`,
    ...(near === undefined || where.length !== word.length ? {} : { edit: { span: where, newText: near } }),
  };
}

/** A key that no setting has. */
export function unknownKey(key: string, keySpan: SourceSpan): Weighed {
  const near = nearMatch(key, configKeys());
  const hint = near === undefined ? "" : ` - did you mean "${near}"?`;
  return {
    weight: "strict",
    diagnostic: {
      code: "BW811",
      severity: "warning",
      message: `unknown key "${plainLine(key, 80)}"${hint}`,
      where: keySpan,
      why: "a key that nobody reads looks as if it held",
      fix: near === undefined ? "remove it; breakwater config show --all lists the keys" : `write ${near}`,
      key,
      ...(near === undefined ? {} : { edit: { span: keySpan, newText: near } }),
    },
  };
}

/** A gate of which nobody said how it is run. */
export function missingGate(
  key: ConfigKey,
  place: { readonly file: string; readonly line: number },
): Weighed {
  return {
    weight: "strict",
    diagnostic: {
      code: "BW813",
      severity: "warning",
      message: `${key} is missing`,
      where: { file: place.file, line: place.line, column: 1, length: 17 },
      why: "a gate without a command proves nothing, and what nothing proves ends unverified",
      fix: `add \`- ${key}: …\`, or \`- ${key}: skip\` where there is none; breakwater init finds it`,
      key,
    },
  };
}

/** Settings that contradict each other. */
export function contradiction(
  key: ConfigKey,
  where: SourceSpan,
  { message, fix }: { readonly message: string; readonly fix: string },
): Weighed {
  return { weight: "never", diagnostic: { code: "BW824", severity: "warning", message, where, fix, key } };
}

/** The diagnostic as it counts: `isStrict` makes errors of what is only told otherwise. */
export function settled({ weight, diagnostic }: Weighed, isStrict: boolean): ConfigDiagnostic {
  const isError = weight === "always" || (weight === "strict" && isStrict);
  return { ...diagnostic, severity: isError ? "error" : "warning" };
}
