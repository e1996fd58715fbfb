import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "@breakwater/agents";
import { grantOf } from "@breakwater/core";
import type { BlockedRule, GuardPolicy } from "@breakwater/guard";
import type { AttemptOrder } from "../attempt/order.ts";

/**
 * What the door of one attempt judges by besides scope and enforcement, fixed by the coordinator before the
 * agent starts and stored with the order, outside of the workspace. All folders are absolute.
 */
export type DoorPolicy = {
  /** The user's checkout; never written. */
  readonly main: string;
  readonly home: string;
  /** The attempt's own scratch folder. */
  readonly tmp: string;
  /** What the project's command policy adds to the built-in rules. */
  readonly blockedCommands: readonly BlockedRule[];
  /** Why the project's command policy could not be read; then nothing but reading is let through. */
  readonly fault?: string;
  /** Over everything that the door judges by. */
  readonly hash: string;
};

type Terms = Pick<AttemptOrder, "attempt" | "workspace" | "scope" | "enforcement">;

/** Seals what a door judges by, so that an order that was cut or changed is noticed. */
export function sealDoorPolicy(terms: Terms, policy: Omit<DoorPolicy, "hash">): DoorPolicy {
  return { ...policy, hash: hashOf(terms, policy) };
}

/** The policy of an open door, or why the door lets nothing but reading through. */
export type CompiledPolicy =
  | { readonly kind: "open"; readonly policy: GuardPolicy }
  | { readonly kind: "closed"; readonly reason: string };

/**
 * Compiles what the order of an attempt says for its door. Total: a policy that is missing, damaged or was
 * not understood by the coordinator closes the door. Nobody answers while a call waits, so questions are
 * denials. Enforcement is the door's business: the guard is always asked strictly.
 */
export function compileDoorPolicy(order: Terms & { readonly door?: unknown }): CompiledPolicy {
  const door = readDoorPolicy(order.door);
  if (door === undefined) return { kind: "closed", reason: "its policy is missing or damaged" };
  const { hash, fault, ...rest } = door;
  if (hash !== hashOf(order, fault === undefined ? rest : { ...rest, fault }))
    return { kind: "closed", reason: "its policy is not the one that was agreed" };
  if (fault !== undefined) return { kind: "closed", reason: fault };
  return {
    kind: "open",
    policy: {
      ...rest,
      root: order.workspace,
      grant: grantOf(order.scope),
      enforcement: "strict",
      attended: false,
      actor: "agent",
      // A person's leave for their own session; it opens no agent's door.
      allowDestructive: false,
    },
  };
}

function hashOf(terms: Terms, policy: Omit<DoorPolicy, "hash">): string {
  const { attempt, workspace, scope, enforcement } = terms;
  const { main, home, tmp, fault = null } = policy;
  const rules = policy.blockedCommands.map(({ id, pattern, severity, rationale }) => [
    id,
    pattern,
    severity,
    rationale,
  ]);
  const granted = scope.kind === "write" ? scope.globs : null;
  const sealed = [attempt, workspace, granted, enforcement, main, home, tmp, rules, fault] as const;
  return createHash("sha256").update(JSON.stringify(sealed)).digest("hex");
}

function readDoorPolicy(value: unknown): DoorPolicy | undefined {
  if (!isJsonObject(value)) return undefined;
  const { main, home, tmp, blockedCommands, fault, hash } = value;
  if (!isAbsolute(main) || !isAbsolute(home) || !isAbsolute(tmp)) return undefined;
  if (typeof hash !== "string") return undefined;
  if (fault !== undefined && typeof fault !== "string") return undefined;
  if (!Array.isArray(blockedCommands)) return undefined;
  const rules = blockedCommands.map((each) => (isJsonObject(each) ? readRule(each) : undefined));
  if (!rules.every((rule) => rule !== undefined)) return undefined;
  return {
    main,
    home,
    tmp,
    blockedCommands: rules,
    hash,
    ...(fault === undefined ? {} : { fault }),
  };
}

function isAbsolute(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("/");
}

function readRule({ id, pattern, severity, rationale }: JsonObject): BlockedRule | undefined {
  const known = severity === "block" || severity === "warn";
  if (typeof id !== "string" || typeof pattern !== "string" || typeof rationale !== "string" || !known)
    return undefined;
  return { id, pattern, severity, rationale };
}
