import { nearMatch, startOfFile } from "@breakwater/core";
import type { Origin, SourceSpan } from "@breakwater/core";
import { isUnset } from "./compound-reader.ts";
import { contradiction, missingGate, problemDiagnostic, settled, unknownKey } from "./config-diagnostic.ts";
import type { ConfigDiagnostic, Weighed } from "./config-diagnostic.ts";
import { configKeys, keyNamed, specOf, variableOf } from "./config-key.ts";
import type { ConfigKey, ConfigValues } from "./config-key.ts";
import { GATE_POLICY, readGatePolicy } from "./gate-policy.ts";
import { findInstructionFile } from "./instruction-file.ts";
import { LOCAL_FILE, readLocalFile } from "./local-file.ts";
import { resolvePlatform } from "./platform.ts";
import type { ResolvedPlatform } from "./platform.ts";
import { readSection } from "./section-text.ts";
import type { WrittenSetting } from "./written-line.ts";

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
  readonly diagnostics: readonly ConfigDiagnostic[];
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
 * the local file, then a predecessor's gate policy, then `## Session Config`, then the defaults. A plan stands between environment and local
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
  const local = readLocalFile(root);
  const policy = readGatePolicy(root);
  const read = resolveConfig({
    ...(file === undefined ? {} : { file }),
    above: [
      { origin: "config", settings: policy.settings },
      { origin: "local", settings: local.settings },
      { origin: "environment", settings: variableSettings(terms.env) },
      { origin: "flag", settings: flagSettings(terms.flags ?? {}) },
    ],
  });
  return {
    root,
    platform,
    ...(file === undefined ? {} : { file: file.name }),
    ...read,
    diagnostics: [...policy.diagnostics, ...local.diagnostics, ...read.diagnostics],
    sources: new Map([
      ...(file === undefined ? [] : [[file.name, file.text] as const]),
      [GATE_POLICY, policy.text],
      [LOCAL_FILE, local.text],
    ]),
  };
}

/** What one text says by itself, over the defaults. Never throws. */
export function readConfigText(
  text: string,
  name: string,
): Pick<SessionConfig, "entries" | "diagnostics" | "sectionLine"> {
  return resolveConfig({ file: { name, text: text.replace(/^\uFEFF/, "") }, above: [] });
}

type Layer = {
  readonly origin: ResolvedSetting<unknown>["origin"];
  readonly settings: readonly WrittenSetting[];
};

function resolveConfig({
  file,
  above,
}: {
  readonly file?: { readonly name: string; readonly text: string };
  readonly above: readonly Layer[];
}): Pick<SessionConfig, "entries" | "diagnostics" | "sectionLine"> {
  const { section, diagnostics } =
    file === undefined
      ? { section: undefined, diagnostics: [] }
      : readSection(file.text, file.name, (word) => keyNamed(word) !== undefined);
  const { entries, found } = resolveLayers([
    { origin: "config", settings: section?.settings ?? [] },
    ...above,
  ]);
  const isStrict = entries.enforcement.value === "strict";
  const missing =
    file === undefined || section === undefined
      ? []
      : missingGates(entries, { file: file.name, line: section.line });
  const weighed = [...found, ...missing, ...contradictions(entries)];
  return {
    ...(section === undefined ? {} : { sectionLine: section.line }),
    entries,
    diagnostics: [...diagnostics, ...weighed.map((each) => settled(each, isStrict))],
  };
}

function resolveLayers(layers: readonly Layer[]): {
  readonly entries: ResolvedSettings;
  readonly found: readonly Weighed[];
} {
  const entries = new Map<ConfigKey, ResolvedSetting<unknown>>();
  const found: Weighed[] = [];
  for (const { origin, settings } of layers) {
    for (const setting of settings) {
      const key = keyNamed(setting.key);
      if (key === undefined) {
        if (!isProse(setting.key)) found.push(unknownKey(setting.key, setting.keySpan));
        continue;
      }
      const { reader } = specOf(key);
      if (isUnset(setting.value, reader)) {
        entries.delete(key);
        continue;
      }
      const { value, problems } = reader.read(setting.value);
      found.push(...problems.map((problem) => problemDiagnostic(key, problem)));
      if (value !== undefined) entries.set(key, { value, origin, ...placeOf(origin, key, setting) });
    }
  }
  const all = configKeys().map((key) => [
    key,
    entries.get(key) ?? { value: specOf(key).byDefault, origin: "default" },
  ]);
  // Every key of the table was read by its own reader, which the compiler cannot follow through a map.
  return { entries: Object.fromEntries(all) as ResolvedSettings, found };
}

/** A capital begins a sentence; a key that was misspelt with one is still told. */
function isProse(word: string): boolean {
  return /^[A-Z]/.test(word) && nearMatch(word, configKeys()) === undefined;
}

function placeOf(
  origin: Layer["origin"],
  key: ConfigKey,
  { value }: WrittenSetting,
): Pick<ResolvedSetting<unknown>, "where" | "variable"> {
  if (origin === "flag") return {};
  return origin === "environment" ? { variable: variableOf(key) } : { where: value.span };
}

function variableSettings(env: ConfigTerms["env"]): readonly WrittenSetting[] {
  return configKeys().flatMap((key) => {
    const value = env[variableOf(key)];
    return value === undefined || value === ""
      ? []
      : [outside(key, value, `the variable ${variableOf(key)}`)];
  });
}

function flagSettings(flags: NonNullable<ConfigTerms["flags"]>): readonly WrittenSetting[] {
  return Object.entries(flags).map(([key, value]) => outside(key, value, `the flag --${key}`));
}

function outside(key: string, text: string, file: string): WrittenSetting {
  const span = { ...startOfFile(file) };
  return { key, isItem: false, keySpan: span, value: { text, lines: [], span } };
}

function missingGates(
  entries: ResolvedSettings,
  place: { readonly file: string; readonly line: number },
): readonly Weighed[] {
  return configKeys()
    .filter((key) => specOf(key).wanted === true && entries[key].value === undefined)
    .map((key) => missingGate(key, place));
}

function contradictions({ "heavy-repo": heavy, isolation }: ResolvedSettings): readonly Weighed[] {
  if (heavy.value !== true || isolation.value === "worktree" || heavy.where === undefined) return [];
  const message = `heavy-repo is true, and isolation is ${isolation.value ?? "auto"}`;
  return [
    contradiction("heavy-repo", heavy.where, {
      message,
      fix: "write `- isolation: worktree`, so that few agents work at one time and apart",
    }),
  ];
}
