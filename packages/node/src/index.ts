export * from "./git/git-context.ts";
export * from "./git/run-git.ts";
export * from "./process/environment.ts";
export * from "./process/group-process.ts";
export * from "./process/process-group.ts";
export * from "./process/process-identity.ts";
export * from "./process/run-in-group.ts";
