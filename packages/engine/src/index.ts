export * from "./coordinator.ts";
export * from "./memory/agenda.ts";
export * from "./memory/journal.ts";
export * from "./memory/random.ts";
export * from "./port.ts";
export * from "./simulator/invariant.ts";
export * from "./simulator/simulate.ts";
