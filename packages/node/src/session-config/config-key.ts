import { EXECUTION_KEYS } from "./execution-key.ts";
import type { ConfigKeySpec } from "./key-spec.ts";
import { PROJECT_KEYS } from "./project-key.ts";

/**
 * Every key that Breakwater reads from `## Session Config`, from `config.local.yaml`, from the environment
 * and from flags. The parser, the defaults, `docs/spec/config.md` and the JSON schema follow from it.
 */
export const CONFIG_KEYS = { ...EXECUTION_KEYS, ...PROJECT_KEYS } as const;

export type ConfigKey = keyof typeof CONFIG_KEYS;

type ValueOf<Spec> = Spec extends ConfigKeySpec<infer Value> ? Value : never;

/** The values by key, as their readers give them. */
export type ConfigValues = { readonly [Key in ConfigKey]: ValueOf<(typeof CONFIG_KEYS)[Key]> };

export function isConfigKey(word: string): word is ConfigKey {
  return Object.hasOwn(CONFIG_KEYS, word);
}

/** All keys in the order of the table. */
export function configKeys(): readonly ConfigKey[] {
  return Object.keys(CONFIG_KEYS).filter(isConfigKey);
}

/** The entry of a key, for what does not depend on the type of its value. */
export function specOf(key: ConfigKey): ConfigKeySpec<unknown> {
  return CONFIG_KEYS[key];
}

/** The key that a word names, by itself or as another name of it. */
export function keyNamed(word: string): ConfigKey | undefined {
  return isConfigKey(word) ? word : configKeys().find((key) => specOf(key).alias === word);
}

/** The variable of the environment that sets a key: `max-turns` is `BREAKWATER_MAX_TURNS`. */
export function variableOf(name: string): string {
  return `BREAKWATER_${name.toUpperCase().replaceAll("-", "_")}`;
}
