import { configKeys, specOf } from "./config-key.ts";
import type { ConfigKey } from "./config-key.ts";
import { KEY_GROUPS } from "./key-spec.ts";
import type { ConfigKeySpec, KeyGroup } from "./key-spec.ts";
import type { BlockKey } from "./value-reader.ts";

/** A value as a person writes it into the section, on one line. */
export function writtenValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(innerValue).join(", ");
  if (typeof value === "object" && "usual" in value && "bySession" in value) {
    const { usual, bySession } = value;
    const apart = Object.entries(typeof bySession === "object" && bySession !== null ? bySession : {});
    const more = apart.map(([session, count]) => `${session}: ${String(count)}`).join(", ");
    return more === "" ? String(usual) : `${String(usual)} (${more})`;
  }
  return typeof value === "string" ? value : innerValue(value);
}

function innerValue(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(innerValue).join(", ")}]`;
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, held]) => `${key}: ${innerValue(held)}`);
  return `{ ${entries.join(", ")} }`;
}

/** The values of a configuration for programs: every key, `null` where nothing is set. */
export function wireValues(entries: {
  readonly [Key in ConfigKey]: { readonly value: unknown };
}): Readonly<Record<string, unknown>> {
  const pairs = configKeys().map((key) => {
    const { value } = entries[key];
    const { reader } = specOf(key);
    if (value === undefined) return [key, null] as const;
    return [key, reader.wire === undefined ? value : reader.wire(value)] as const;
  });
  return Object.fromEntries(pairs);
}

const GROUPS = Object.keys(KEY_GROUPS).filter((word): word is KeyGroup => Object.hasOwn(KEY_GROUPS, word));

/** The tables of all keys for `docs/spec/config.md`, in Markdown. */
export function configTable(): string {
  return GROUPS.map((group) => {
    const keys = configKeys().filter((key) => specOf(key).group === group);
    const head = ["| Key | Value | Default | What it sets |", "| --- | --- | --- | --- |"];
    return [`### ${KEY_GROUPS[group]}`, "", ...head, ...keys.flatMap(keyRows)].join("\n");
  }).join("\n\n");
}

function keyRows(key: ConfigKey): readonly string[] {
  const { reader, byDefault, summary, idle, alias }: ConfigKeySpec<unknown> = specOf(key);
  const mark = idle === true ? " *" : "";
  const also = alias === undefined ? "" : `, also \`${alias}\``;
  const parts = Object.entries(reader.below ?? {});
  const shown = parts.length === 0 ? defaultText(byDefault) : "";
  const form = parts.length === 0 ? reader.form : "block";
  return [
    `| \`${key}\`${also}${mark} | ${form} | ${shown} | ${summary} |`,
    ...parts.map(([name, part]) => partRow(key, name, part)),
  ];
}

function partRow(key: string, name: string, { reader, byDefault, summary }: BlockKey<unknown>): string {
  return `| \`${key}.${name}\` | ${reader.form} | ${defaultText(byDefault)} | ${summary} |`;
}

function defaultText(value: unknown): string {
  const text = writtenValue(value);
  return text === "" ? "" : `\`${text}\``;
}

/** The JSON schema of `config.local.yaml`, so that editors know the keys. */
export function configSchema(): Readonly<Record<string, unknown>> {
  const properties = configKeys().map((key) => [
    key,
    { ...specOf(key).reader.schema, description: specOf(key).summary },
  ]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of Breakwater",
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}
