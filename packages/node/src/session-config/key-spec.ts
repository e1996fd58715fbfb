import { block, blockDefaults } from "./compound-reader.ts";
import type { BlockValue } from "./compound-reader.ts";
import type { BlockKey, ValueReader } from "./value-reader.ts";

/** What a key belongs to, in the order of the documentation. */
export const KEY_GROUPS = {
  gates: "Gates",
  planning: "Planning",
  execution: "Execution",
  enforcement: "Enforcement",
  docs: "Documentation",
  records: "Records and learnings",
  start: "Start of a session",
  close: "Close",
  companions: "Other programs that read the same section",
} as const;

export type KeyGroup = keyof typeof KEY_GROUPS;

/** One key: how its value reads, what holds without it, and what it is for. */
export type ConfigKeySpec<Value> = {
  readonly reader: ValueReader<Value>;
  readonly byDefault: Value | undefined;
  readonly summary: string;
  readonly group: KeyGroup;
  /** Without it something important is missing, and `config check` says so. */
  readonly wanted?: true;
  /** It is read, typed and shown, and this version does nothing by it. */
  readonly idle?: true;
  /** Another name for it, which is read too. */
  readonly alias?: string;
};

type Extra = Pick<ConfigKeySpec<unknown>, "wanted" | "idle" | "alias">;

/** Makes the entries of one group. */
export function keysOf(
  group: KeyGroup,
): <Value>(
  reader: ValueReader<Value>,
  byDefault: Value | undefined,
  summary: string,
  extra?: Extra,
) => ConfigKeySpec<Value> {
  return (reader, byDefault, summary, extra = {}) => ({ reader, byDefault, summary, group, ...extra });
}

/** Makes a key that is a block, with the defaults of its parts. */
export function blockOf<Keys extends Readonly<Record<string, BlockKey<unknown>>>>(
  group: KeyGroup,
  keys: Keys,
  { summary, ...extra }: { readonly summary: string } & Extra,
): ConfigKeySpec<BlockValue<Keys>> {
  return { reader: block(keys), byDefault: blockDefaults(keys), summary, group, ...extra };
}

export const idle = { idle: true } as const;
