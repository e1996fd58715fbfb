export * from "./scratch-repository.ts";
export * from "./scratch-workspace.ts";
export * from "./steering.ts";
export * from "./steering-entry.ts";
export * from "./steering-attempt.ts";
