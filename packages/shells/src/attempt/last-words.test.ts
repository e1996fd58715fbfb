import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import { type AttemptTrial, bundleAttemptEntry, clientsFolder, openAttemptTrial } from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptOrder } from "./order.ts";

let program: CommandLine;
let trial: AttemptTrial;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});
beforeEach(() => {
  trial = openAttemptTrial(program);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await trial.close();
});

const SECRET = "hunter2-hunter2";

/** What a program prints that dies of its configuration: noise, signs for terminals, a secret, and why. */
const DYING = `#!/bin/sh
printf 'progress %04000d\\n' 0 >&2
printf '\\033[31mTypeError: no such setting\\033[0m\\007 (key ${SECRET})\\n    at load (/opt/x.js:1:2)\\n' >&2
exit 3
`;

type Dying = Pick<AttemptOrder, "agent"> & Partial<AttemptOrder>;

const AGENTS: Readonly<Record<string, (file: string) => Dying>> = {
  scripted: (file) => ({ agent: "scripted", runtimeOptions: { player: { file } } }),
  "claude by its program": () => ({ agent: "claude", runtimeOptions: { "claude-door": "cli" } }),
  codex: () => ({ agent: "codex" }),
  cursor: () => ({ agent: "cursor" }),
  "acp:gemini": () => ({ agent: "acp:gemini" }),
  "acp:mine": () => ({ agent: "acp:mine --acp" }),
};

describe("a client that dies at once", () => {
  for (const [name, orderOf] of Object.entries(AGENTS)) {
    it(`is reported with the end of what it said: ${name}`, async () => {
      const bin = join(trial.folder, "bin");
      mkdirSync(bin);
      for (const each of ["claude", "codex", "cursor-agent", "gemini", "mine"])
        writeFileSync(join(bin, each), DYING, { mode: 0o755 });
      // Never asked: who dies at once makes no call.
      writeFileSync(join(bin, "hook.cjs"), "");
      vi.stubEnv("BREAKWATER_CLIENTS", undefined);
      const environment = { PATH: `${bin}:/usr/bin:/bin`, MY_API_KEY: SECRET };
      const order = { ...orderOf(join(bin, "mine")), environment, hookClients: bin };
      const { report } = await trial.run(order);
      const ending = report.ending.kind === "error" ? report.ending : undefined;
      expect(ending?.class).toBe("crash");
      expect(ending?.message).toMatch(/^exit code 3: …?/u);
      expect(ending?.message).toMatch(/TypeError: no such setting \(key \[redacted\]\)$/u);
      expect(ending?.message.length).toBeLessThanOrEqual("exit code 3: ".length + 300);
    });
  }

  it("is told of by its own door in the Agent SDK too", async ({ skip }) => {
    vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());
    const file = join(trial.folder, "claude");
    writeFileSync(file, DYING, { mode: 0o755 });
    const { report } = await trial.run({
      agent: "claude",
      environment: { MY_API_KEY: SECRET },
      runtimeOptions: { "claude-program": file },
    });
    const message = report.ending.kind === "error" ? report.ending.message : "";
    skip(message.startsWith("no Claude client"), "the Agent SDK is not installed");
    expect(message).toMatch(/^exit code 3: .*no such setting \(key \[redacted\]\)$/u);
  });
});
