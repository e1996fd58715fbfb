import type { CommandId } from "../../ids.ts";
import { commandId } from "../../ids.ts";
import type { Command, Timer } from "../command.ts";
import type { Fact } from "../fact.ts";

/** What one part of the decider wants; parts are combined in order. */
export type Wish = {
  readonly record: readonly Fact[];
  readonly commands: readonly Command[];
  readonly timers: readonly Timer[];
};

export const nothing: Wish = { record: [], commands: [], timers: [] };

export const record = (...facts: readonly Fact[]): Wish => ({ ...nothing, record: facts });
export const order = (...commands: readonly Command[]): Wish => ({ ...nothing, commands });
export const wake = (...timers: readonly Timer[]): Wish => ({ ...nothing, timers });

/** Joins wishes in the order given. */
export function combine(...wishes: readonly Wish[]): Wish {
  return {
    record: wishes.flatMap((wish) => wish.record),
    commands: wishes.flatMap((wish) => wish.commands),
    timers: wishes.flatMap((wish) => wish.timers),
  };
}

/** A command id from what the command is for; equal states give equal ids. */
export function commandIdOf(...parts: readonly (string | number)[]): CommandId {
  return commandId(parts.join(":"));
}
