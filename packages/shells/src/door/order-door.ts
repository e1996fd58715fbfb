import { homedir } from "node:os";
import type { Result } from "@breakwater/core";
import type { BlockedRule } from "@breakwater/guard";
import type { AttemptOrder } from "../attempt/order.ts";
import { type DoorPolicy, sealDoorPolicy } from "./door-policy.ts";
import { readCommandPolicy } from "./project-policy.ts";

/** Makes the sealed policy for the door of one attempt; `tmp` is the attempt's scratch folder. */
export type OrderDoor = (
  terms: Pick<AttemptOrder, "attempt" | "workspace" | "scope" | "enforcement">,
  tmp: string,
) => Promise<DoorPolicy>;

/**
 * Orders the doors of a session's attempts. The project's command policy is read from the checkout once, before
 * the first agent of this process starts, so that no agent writes what the next one is judged by.
 */
export function doorsOfCheckout(checkout: string): OrderDoor {
  let read: Promise<Result<readonly BlockedRule[]>> | undefined;
  return async (terms, tmp) => {
    read ??= readCommandPolicy(checkout, []);
    const rules = await read;
    return sealDoorPolicy(terms, {
      main: checkout,
      home: homedir(),
      tmp,
      blockedCommands: rules.ok ? rules.value : [],
      ...(rules.ok ? {} : { fault: rules.failure.message }),
    });
  };
}
