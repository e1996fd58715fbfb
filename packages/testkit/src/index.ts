export * from "./scratch-repository.ts";
export * from "./scratch-workspace.ts";
