import { nearMatch, plainLine, startOfFile } from "@breakwater/core";
import type { Diagnostic, Origin, SourceSpan } from "@breakwater/core";
import { CONFIG_KEYS, isConfigKey, variableOf } from "./config-key.ts";
import type { ConfigKey, ConfigKeySpec, ConfigValues } from "./config-key.ts";
import { FOREIGN_KEYS } from "./foreign-key.ts";
import { findInstructionFile } from "./instruction-file.ts";
import { LOCAL_FILE, readLocalFile } from "./local-file.ts";
import { resolvePlatform } from "./platform.ts";
import type { ResolvedPlatform } from "./platform.ts";
import { readSection } from "./section-text.ts";
import type { WrittenSetting } from "./section-text.ts";

/** A value with where it came from; `where` is its place in a file, `variable` its name in the environment. */
export type ResolvedSetting<Value> = {
  readonly value: Value | undefined;
  readonly origin: Exclude<Origin, "plan" | "engine">;
  readonly where?: SourceSpan;
  readonly variable?: string;
};

export type ResolvedSettings = { readonly [Key in ConfigKey]: ResolvedSetting<ConfigValues[Key]> };

/** What a project and a machine say about sessions, resolved, with everything that is wrong with it. */
export type SessionConfig = {
  readonly root: string;
  readonly platform: ResolvedPlatform;
  /** The instruction file that was read, relative to the root; absent where there is none. */
  readonly file?: string;
  /** The line of the section's heading; absent where there is no section. */
  readonly sectionLine?: number;
  readonly entries: ResolvedSettings;
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the places point into, by file. */
  readonly sources: ReadonlyMap<string, string>;
};

/** What reading needs: `flags` are values given on the command line, as text, by key. */
export type ConfigTerms = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  readonly flags?: Readonly<Partial<Record<ConfigKey, string>>>;
};

/**
 * Reads what holds for the sessions of a project (`docs/spec/config.md`): flags, then the environment, then
 * the local file, then `## Session Config`, then the defaults. A plan stands between environment and local
 * file; `scheduleInputs` puts it there.
 *
 * A value that cannot be read is an error. What breaks a rule, an unknown key and a missing gate command are
 * errors where `enforcement` is `strict` and warnings otherwise. Reads files only; never throws.
 */
export function readSessionConfig(root: string, terms: ConfigTerms): SessionConfig {
  const platform = resolvePlatform(root, {
    env: terms.env,
    ...(terms.platform === undefined ? {} : { flag: terms.platform }),
  });
  const file = findInstructionFile(root, { platform: platform.platform, env: terms.env });
  const { section, diagnostics } =
    file === undefined ? { section: undefined, diagnostics: [] } : readSection(file.text, file.name);
  const local = readLocalFile(root);
  const layers: readonly Layer[] = [
    { origin: "config", settings: section?.settings ?? [] },
    { origin: "local", settings: local.settings },
    { origin: "environment", settings: variableSettings(terms.env) },
    { origin: "flag", settings: flagSettings(terms.flags ?? {}) },
  ];
  const { entries, found } = resolveLayers(layers);
  const strict = entries.enforcement.value === "strict";
  const missing =
    file === undefined || section === undefined
      ? []
      : missingGates(entries, { file: file.name, line: section.line });
  return {
    root,
    platform,
    ...(file === undefined ? {} : { file: file.name }),
    ...(section === undefined ? {} : { sectionLine: section.line }),
    entries,
    diagnostics: [...diagnostics, ...local.diagnostics, ...[...found, ...missing].map(weighed(strict))],
    sources: new Map([
      ...(file === undefined ? [] : [[file.name, file.text] as const]),
      [LOCAL_FILE, local.text],
    ]),
  };
}

type Layer = {
  readonly origin: ResolvedSetting<unknown>["origin"];
  readonly settings: readonly WrittenSetting[];
};

function resolveLayers(layers: readonly Layer[]): {
  readonly entries: ResolvedSettings;
  readonly found: readonly Diagnostic[];
} {
  const entries = new Map<ConfigKey, ResolvedSetting<unknown>>();
  const found: Diagnostic[] = [];
  for (const { origin, settings } of layers) {
    for (const setting of settings) {
      if (!isConfigKey(setting.key)) {
        if (!FOREIGN_KEYS.has(setting.key)) found.push(unknownKey(setting));
        continue;
      }
      const spec: ConfigKeySpec<unknown> = specOf(setting.key);
      if (isEmpty(setting, spec)) {
        entries.delete(setting.key);
        continue;
      }
      const read = spec.reader.read(setting.value);
      if (!read.ok) {
        found.push(badValue(setting, read.failure));
        continue;
      }
      const broken = spec.reader.rule?.(read.value);
      if (broken !== undefined) found.push(brokenRule(setting, broken, spec.reader.form));
      const variable =
        origin === "environment" ? { variable: variableOf(setting.key) } : { where: setting.valueSpan };
      entries.set(setting.key, { value: read.value, origin, ...(origin === "flag" ? {} : variable) });
    }
  }
  const keys = Object.keys(CONFIG_KEYS).filter(isConfigKey);
  const all = keys.map((key) => [
    key,
    entries.get(key) ?? { value: CONFIG_KEYS[key].byDefault, origin: "default" },
  ]);
  // Every key of the table was read by its own reader, which the compiler cannot follow through a map.
  return { entries: Object.fromEntries(all) as ResolvedSettings, found };
}

/** Readers differ in what they give, and what is done with a value here does not depend on it. */
function specOf(key: ConfigKey): ConfigKeySpec<unknown> {
  return CONFIG_KEYS[key] as ConfigKeySpec<unknown>;
}

/** `none`, `null` and nothing at all leave a key as if it were not there. */
function isEmpty({ value, opensBlock }: WrittenSetting, spec: ConfigKeySpec<unknown>): boolean {
  if (opensBlock && spec.reader.takesLines !== true) return true;
  const word = value.toLowerCase();
  return word === "" || word === "null" || (word === "none" && spec.reader.takesNone !== true);
}

function variableSettings(env: ConfigTerms["env"]): readonly WrittenSetting[] {
  return Object.keys(CONFIG_KEYS).flatMap((key) => {
    const value = env[variableOf(key)];
    return value === undefined || value === ""
      ? []
      : [outside(key, value, `the variable ${variableOf(key)}`)];
  });
}

function flagSettings(flags: NonNullable<ConfigTerms["flags"]>): readonly WrittenSetting[] {
  return Object.entries(flags).map(([key, value]) => outside(key, value, `the flag --${key}`));
}

function outside(key: string, value: string, file: string): WrittenSetting {
  const span = { ...startOfFile(file) };
  return { key, value, opensBlock: false, keySpan: span, valueSpan: span };
}

function weighed(strict: boolean): (diagnostic: Diagnostic) => Diagnostic {
  return (diagnostic) =>
    strict || diagnostic.code === "BW810" ? { ...diagnostic, severity: "error" } : diagnostic;
}

function badValue({ key, value, valueSpan }: WrittenSetting, expected: string): Diagnostic {
  return {
    code: "BW810",
    severity: "error",
    message: `${key} cannot be "${plainLine(value, 80)}"`,
    where: valueSpan,
    why: `expected is ${expected}`,
    fix: `correct the value, or remove the key; breakwater config explain ${key}`,
  };
}

function brokenRule({ key, value, valueSpan }: WrittenSetting, broken: string, form: string): Diagnostic {
  return {
    code: "BW812",
    severity: "warning",
    message: `${key} is "${plainLine(value, 80)}", and ${broken}`,
    where: valueSpan,
    fix: `write a ${form}`,
  };
}

function unknownKey({ key, keySpan }: WrittenSetting): Diagnostic {
  const near = nearMatch(key, Object.keys(CONFIG_KEYS));
  return {
    code: "BW811",
    severity: "warning",
    message: `unknown key "${plainLine(key, 80)}"${near === undefined ? "" : ` - did you mean "${near}"?`}`,
    where: keySpan,
    why: "a key that nobody reads looks as if it held",
    fix: near === undefined ? "remove it; breakwater config show lists the keys" : `write ${near}`,
    ...(near === undefined ? {} : { edit: { span: keySpan, newText: near } }),
  };
}

function missingGates(
  entries: ResolvedSettings,
  place: { readonly file: string; readonly line: number },
): readonly Diagnostic[] {
  const keys = Object.keys(CONFIG_KEYS).filter(isConfigKey);
  return keys
    .filter((key) => CONFIG_KEYS[key].wanted === true && entries[key].value === undefined)
    .map((key) => ({
      code: "BW813",
      severity: "warning",
      message: `${key} is missing`,
      where: { file: place.file, line: place.line, column: 1, length: 17 },
      why: "a gate without a command proves nothing, and what nothing proves ends unverified",
      fix: `add \`- ${key}: …\`, or \`- ${key}: skip\` where there is none; breakwater init finds it`,
    }));
}
