import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claudeRuntime, codexRuntimeAt, type CommandLine } from "@breakwater/agents";
import { attemptId, gateId, taskId, type AgentRecord } from "@breakwater/core";
import {
  acts,
  bundleSessionProgram,
  claudeScratch,
  claudeStep,
  clientProgram,
  codexScratch,
  codexStep,
  ends,
  noteClientRan,
  openSessionTrial,
  scriptMark,
  startModelServer,
  trialSchedule,
  withoutClient,
  writes,
  type ActTurn,
  type ModelServer,
  type SessionTrial,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("session-program.test-support.ts", import.meta.url));
const PATIENCE = 300_000;
const FIRST = attemptId(taskId("T1"), 1);
const SECOND = attemptId(taskId("T1"), 2);

/** One conversation; the host dies while the second answer is awaited. */
const TURNS: readonly ActTurn[] = [
  acts(writes("src/1", "half\n")),
  { turn: "hold", name: "mid", then: ends("never heard") },
  acts({ act: "read", path: "src/1" }),
  acts({ act: "edit", path: "src/1", find: "half", replace: "whole" }),
  ends("it is whole"),
];

let program: CommandLine;
let trial: SessionTrial;
let server: ModelServer;

beforeAll(async () => {
  program = await bundleSessionProgram(PROGRAM);
}, PATIENCE);

beforeEach(async () => {
  server = await startModelServer();
  trial = await openSessionTrial(program, { "src/first": "1\n" });
});

afterEach(async () => {
  await server.close();
  trial.dispose();
});

describe.each(["claude", "codex"] as const)("a session with the real client %s", (client) => {
  it.skipIf(clientProgram(client) === undefined)(
    `goes on with the conversation of an agent whose host was killed in mid-turn${withoutClient(client)}`,
    async () => {
      noteClientRan(client);
      const steps = TURNS.map(client === "claude" ? claudeStep : codexStep);
      server.play("story", ({ turn }) => steps[turn]);
      const task = { id: "T1", scope: ["src/1"], more: [`done when: ${scriptMark("story")}`] };
      const gate = { id: gateId("there"), command: "test -d src" };
      const holder = trial.start({
        schedule: trialSchedule([task], [gate], { agents: `{ default: ${client} }` }),
        agents: [recordOf(client)],
        env: environmentOf(client),
        runtimeOptions: client === "codex" ? { "codex-program": codexFile() } : {},
      });
      await Promise.race([
        server.held("mid"),
        holder.ended.then((end) => Promise.reject(new Error(end.stderr))),
      ]);
      const { state: before } = await trial.read();
      process.kill(before.attempts.get(FIRST)?.started?.pid ?? 0, "SIGKILL");
      const end = await holder.ended;

      const { state } = await trial.read();
      const [first, second] = [state.attempts.get(FIRST), state.attempts.get(SECOND)];
      const session = first?.report?.runtimeSession;
      expect(second?.correction).toMatchObject({ rule: "resume:lost", resume: { session, from: FIRST } });
      expect(second?.report).toMatchObject({ ending: { kind: "completed" }, runtimeSession: session });
      const requests = server.requestsOf("story");
      expect(new Set(requests.map(({ conversation }) => conversation)).size).toBe(1);
      expect(requests).toHaveLength(TURNS.length);
      const resumed = JSON.stringify(requests[2]?.body);
      expect(resumed).toContain("half");
      expect(resumed).toContain("# Go on:");
      expect(trial.scratch.git("show", `${state.integration.head}:src/1`).trim()).toBe("whole");
      expect(end.code).toBe(0);
    },
    PATIENCE,
  );
});

function recordOf(client: "claude" | "codex"): AgentRecord {
  const { measured } = client === "claude" ? claudeRuntime : codexRuntimeAt({});
  const door = { outcome: "untried", detail: "", ms: 0 } as const;
  return { name: client, guarantees: { ...measured?.rows }, door };
}

function environmentOf(client: "claude" | "codex"): Readonly<Record<string, string>> {
  const home = join(trial.scratch.home, client);
  return client === "claude" ? claudeScratch(home, server.url) : codexScratch(home, server.url);
}

/** One file that starts the client, as a user has it. */
function codexFile(): string {
  const file = join(trial.scratch.home, "codex-client");
  const words = (clientProgram("codex") ?? ["codex"]).map((word) => `'${word}'`).join(" ");
  writeFileSync(file, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return file;
}
