import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // So long that only what hangs is ended: how fast a machine is decides no test.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    setupFiles: ["./scripts/seed-properties.ts"],
    passWithNoTests: false,
    reporters: ["default", "./scripts/closing-line-reporter.ts"],
    env: { NODE_EXTRA_CA_CERTS: "" },
  },
});
