import { CONFIG_KEYS, isConfigKey, variableOf } from "./config-key.ts";
import type { ConfigKey, ConfigKeySpec } from "./config-key.ts";

/** A value as a person writes it into the section. */
export function writtenValue(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object" && value !== null && "usual" in value && "bySession" in value) {
    const { usual, bySession } = value;
    const apart = Object.entries(typeof bySession === "object" && bySession !== null ? bySession : {});
    const more = apart.map(([session, count]) => `${session}: ${String(count)}`).join(", ");
    return more === "" ? String(usual) : `${String(usual)} (${more})`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The table of all keys for `docs/spec/config.md`, in Markdown. */
export function configTable(): string {
  const rows = configKeys().map((key) => {
    const { reader, byDefault, summary }: ConfigKeySpec<unknown> = CONFIG_KEYS[key] as ConfigKeySpec<unknown>;
    const shown = writtenValue(byDefault);
    return `| \`${key}\` | ${reader.form} | ${shown === "" ? "" : `\`${shown}\``} | ${summary} | \`${variableOf(key)}\` |`;
  });
  return [
    "| Key | Value | Default | What it sets | Variable |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The JSON schema of `config.local.yaml`, so that editors know the keys. */
export function configSchema(): Readonly<Record<string, unknown>> {
  const properties = configKeys().map((key) => [
    key,
    { ...CONFIG_KEYS[key].reader.schema, description: CONFIG_KEYS[key].summary },
  ]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of Breakwater",
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

/** All keys in the order of the table. */
export function configKeys(): readonly ConfigKey[] {
  return Object.keys(CONFIG_KEYS).filter(isConfigKey);
}
