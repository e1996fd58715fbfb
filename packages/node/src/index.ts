export * from "./process/process-identity.ts";
