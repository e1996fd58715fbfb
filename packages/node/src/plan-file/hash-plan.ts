import { createHash } from "node:crypto";
import { canonicalPlan, planHash } from "@breakwater/core";
import type { Plan, PlanHash } from "@breakwater/core";

/**
 * What a person approves: SHA-256, in hex, of the plan's canonical JSON. The same in Markdown, YAML and
 * JSON; it does not change with layout, comments or key order.
 */
export function hashPlan(plan: Plan): PlanHash {
  return planHash(createHash("sha256").update(canonicalPlan(plan), "utf8").digest("hex"));
}
