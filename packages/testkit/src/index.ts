export * from "./scratch-repository.ts";
