import { fileURLToPath } from "node:url";
import {
  compileSchedule,
  dispositionOf,
  exitCodeOf,
  gateId,
  type GateSpec,
  type RunSettings,
  type RunState,
  type Schedule,
} from "@breakwater/core";
import { hashPlan, openRepository, openSessionRefs, parsePlanText, type Repository } from "@breakwater/node";
import { bundleEntry, createScratchRepository, type ScratchRepository } from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { openLiveSession, type LiveSession } from "./live-session.ts";
import { placeOf, type SessionPlace } from "./session-place.ts";
import { newSessionId } from "./session-store.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ENTRY = `import { runAttemptEntry } from "@breakwater/shells";
runAttemptEntry(process.argv.slice(2)).then((code) => process.exit(code ?? 2));`;

const TEST: GateSpec = { id: gateId("test"), command: "node --test" };
const settings: RunSettings = { unattended: true, acceptRed: [], memorySlots: 4, decisionTimeoutMs: 200 };

let entry: string;
let scratch: ScratchRepository;

beforeAll(async () => {
  entry = (await bundleEntry(ENTRY, HERE)).file;
});

afterEach(() => {
  scratch.dispose();
});

/** A plan of tasks, each with the script of its agent. */
function plan(...tasks: readonly string[]): string {
  return `---\nbreakwater: 1\ntitle: Add greetings\nsession: feature\nagents: { default: scripted }\nwall: "off"\nisolation: worktree\nenforcement: strict\n---\n\nAdd greetings.\n\n${tasks.join("\n\n")}\n`;
}

function script(...steps: readonly object[]): string {
  return `\`\`\`script\n${JSON.stringify(steps)}\n\`\`\``;
}

const done = { report: "done", text: "finished" };

async function compile(text: string): Promise<Schedule> {
  const read = parsePlanText(text, { file: "plan.md", format: "markdown" });
  if (read.plan === undefined) throw new Error(JSON.stringify(read.diagnostics));
  const compiled = compileSchedule(read.plan, {
    hash: hashPlan(read.plan),
    gates: [{ value: TEST, origin: "config" }],
  });
  if (compiled.schedule === undefined) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.schedule;
}

async function begin(
  files: Readonly<Record<string, string>>,
): Promise<{ repository: Repository; place: SessionPlace }> {
  scratch = createScratchRepository(files);
  const opened = await openRepository(scratch.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  const repository = { ...opened.value, stateHome: `${scratch.home}/state/breakwater/id` };
  return { repository, place: placeOf(repository, newSessionId(repository, new Date())) };
}

async function open(repository: Repository, place: SessionPlace): Promise<LiveSession> {
  const live = await openLiveSession({
    repository,
    place,
    stateDir: ".orchestrator",
    env: process.env,
    version: "0",
    now: Date.now,
    persistence: true,
    workspaces: {},
    runtimeOptions: {},
    allowEnvironment: [],
    host: { file: process.execPath, args: [entry, "attempt"] },
  });
  if (!live.ok) throw new Error(live.failure.message);
  live.value.coordinator.start({ version: "0", name: "test" });
  return live.value;
}

/** Runs a plan to its end, as `go` would with everything agreed. */
async function run(text: string, files: Readonly<Record<string, string>>): Promise<RunState> {
  const { repository, place } = await begin(files);
  const schedule = await compile(text);
  const base = { commit: repository.commit, tree: repository.tree, branch: repository.branch };
  const live = await open(repository, place);
  await openSessionRefs({ context: repository.context, session: place.id }, base.commit);
  await live.coordinator.request({ type: "start", session: place.id, schedule, base, settings });
  await live.coordinator.request({ type: "approve", hash: schedule.hash, by: "test" });
  await live.coordinator.idle();
  const { state } = live.coordinator;
  await live.close();
  return state;
}

const task = (id: string, scope: string, body: string): string =>
  `### ${id} Write ${id}\n- role: impl-core\n- scope: \`${scope}\`\n- verify: \`node --test\`\n\n${body}`;

describe("a session on a real repository", () => {
  // conforms: isolation-new-directory, cwd-discipline, review-cwd
  it("lands what was agreed and leaves the checkout alone", async () => {
    const folder = process.cwd();
    const text = plan(
      `## Wave 1: Impl-Core\n\n${task("T1", "src/**", script({ write: "src/a.js", content: "exports.a = 1;\n" }, done))}`,
    );
    const state = await run(text, { "test/a.test.js": "require('node:test')('ok', () => {});\n" });
    expect(dispositionsOf(state)).toEqual({ T1: "done" });
    expect(exitCodeOf(state)).toMatchObject({ code: 0 });
    expect(scratch.git("show", `${state.integration.head}:src/a.js`)).toContain("exports.a = 1");
    expect(scratch.git("status", "--porcelain")).not.toContain("src/");
    expect(scratch.leftovers()).toEqual([]);
    expect(state.waves.map(({ wave }) => wave.isolation)).toEqual(["worktree"]);
    expect(process.cwd()).toBe(folder);
  });
});

function dispositionsOf(state: RunState): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    [...state.tasks.values()].map((each) => [each.task.id, dispositionOf(state, each)?.kind]),
  );
}
