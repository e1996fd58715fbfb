import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandLine } from "@breakwater/agents";
import { attemptId, gateId, taskId, type Fact } from "@breakwater/core";
import { wallLadder } from "@breakwater/node";
import {
  acts,
  bundleEntry,
  bundleSessionProgram,
  claudeScratch,
  claudeStep,
  clientProgram,
  ends,
  geminiScratch,
  geminiStep,
  noteClientRan,
  openSessionTrial,
  runs,
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
const { setup } = await wallLadder();
const CLIENTS = ["claude", "gemini"] as const;
type Client = (typeof CLIENTS)[number];
const missing = CLIENTS.filter((name) => clientProgram(name) === undefined);
const TASKS: Readonly<Record<Client, string>> = { claude: "T1", gemini: "T2" };

let program: CommandLine;
let trial: SessionTrial;
let server: ModelServer;

beforeAll(async () => {
  program = await bundleSessionProgram(PROGRAM);
  await putHookBeside(program.args[0] ?? "");
}, PATIENCE);

beforeEach(async () => {
  server = await startModelServer();
  trial = await openSessionTrial(program, { "src/claude/a": "1\n", "src/gemini/a": "1\n", "docs/x": "x\n" });
});

afterEach(async () => {
  await server.close();
  trial.dispose();
});

describe.skipIf(setup === undefined || missing.length > 0)(
  `a whole session behind the wall${missing.map(withoutClient).join("")}`,
  () => {
    it(
      "is carried through by Claude's program alone, asked by hooks, and by Gemini over the Agent Client Protocol",
      async () => {
        const { root } = trial.scratch;
        for (const client of CLIENTS) play(client);
        const tasks = CLIENTS.map((client) => ({
          id: TASKS[client],
          scope: [`src/${client}/**`],
          more: [`done when: ${scriptMark(client)}`, `agent: ${client === "gemini" ? "acp:gemini" : client}`],
        }));
        const gate = { id: gateId("there"), command: "test -s src/claude/a" };
        const run = await trial.run({
          schedule: trialSchedule(tasks, [gate], { wall: "required" }),
          env: environmentOf(),
        });
        expect(run.stderr).not.toContain("BW");
        expect(run.code).toBe(0);
        for (const client of CLIENTS) {
          noteClientRan(client);
          const attempt = run.state.attempts.get(attemptId(taskId(TASKS[client]), 1));
          expect(attempt?.report).toMatchObject({
            ending: { kind: "completed" },
            claim: { kind: "done", summary: client },
            usage: { denials: 1 },
            wall: { tier: expect.stringMatching(/^(?!none$)/u), hold: "exact" },
          });
          expect(deniedOf(run.facts, TASKS[client])).toEqual([
            expect.stringMatching(/^guard:out-of-scope .*docs\/x$/u),
          ]);
        }
        const landed = trial.scratch.git("diff", "--name-only", "HEAD", run.state.integration.head);
        const wanted = CLIENTS.flatMap((client) =>
          ["new", "stray.test.js"].map((name) => `src/${client}/${name}`),
        );
        expect(landed.trim().split("\n")).toEqual(wanted);
        expect(trial.scratch.git("-C", root, "status", "--short", "--untracked-files=all")).toBe("");
        expect(trial.leftovers().filter((each) => !each.startsWith("temporary: "))).toEqual([]);
      },
      PATIENCE,
    );
  },
);

/** The hook for Node lies beside the program, as it is published. */
async function putHookBeside(file: string): Promise<void> {
  const module = fileURLToPath(new URL("../hook/run-hook.ts", import.meta.url));
  const text = `import { runHook } from ${JSON.stringify(module)};\nvoid runHook(process.argv.slice(2));`;
  const { file: hook } = await bundleEntry(text, dirname(module));
  copyFileSync(hook, join(dirname(file), "hook.cjs"));
}

/** Works in its folder, strays by a tool, which its door refuses, and by a program, which its wall holds. */
function play(client: Client): void {
  const own = `src/${client}`;
  const turns: readonly ActTurn[] = [
    acts(writes(`${own}/new`, "2\n")),
    acts(writes("docs/x", "y\n")),
    acts(writes(`${own}/stray.test.js`, strayProgram(["docs/x", join(trial.scratch.root, "stray")]))),
    acts(runs(`node --test ${own}/stray.test.js`)),
    ends(client),
  ];
  const steps = turns.map(client === "claude" ? claudeStep : geminiStep);
  server.play(client, ({ turn }) => steps[turn]);
}

function strayProgram(paths: readonly string[]): string {
  const tries = paths.map((path) => `try { fs.writeFileSync(${JSON.stringify(path)}, "stray"); } catch {}`);
  return `const fs = require("node:fs");\n${tries.join("\n")}\n`;
}

/** A user with both programs on PATH, and without the Agent SDK, so that Claude has its second door. */
function environmentOf(): Readonly<Record<string, string>> {
  const home = join(trial.scratch.home, "user");
  const bin = join(trial.scratch.home, "programs");
  mkdirSync(bin);
  for (const client of CLIENTS) symlinkSync(clientProgram(client)?.at(-1) ?? client, join(bin, client));
  const { BREAKWATER_CLIENTS: _sdk, TMPDIR: _tmp, ...claude } = claudeScratch(home, server.url);
  return { ...claude, ...geminiScratch(home, server.url), PATH: `${bin}:${process.env["PATH"] ?? ""}` };
}

function deniedOf(facts: readonly { readonly fact: Fact }[], task: string): readonly string[] {
  return facts.flatMap(({ fact }) =>
    fact.type === "scope.denied" && fact.attempt.startsWith(`${task}.`) ? [`${fact.rule} ${fact.path}`] : [],
  );
}
