export * from "./failure.ts";
export * from "./ids.ts";
export * from "./plan/plan.ts";
export * from "./plan/schedule.ts";
export * from "./run/attempt-report.ts";
export * from "./run/gate-report.ts";
export * from "./policy/gate-verdict.ts";
