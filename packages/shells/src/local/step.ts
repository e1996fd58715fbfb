import type { Command, Result } from "@breakwater/core";

/** What performing a command comes to. */
export type Step<Value> = Promise<Result<Value>>;

/** One kind of command. */
export type CommandOf<Type extends Command["type"]> = Extract<Command, { readonly type: Type }>;
