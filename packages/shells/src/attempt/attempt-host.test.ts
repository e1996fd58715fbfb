import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import { attemptId, taskId } from "@breakwater/core";
import { type AttemptTrial, bundleAttemptEntry, bundleEntry, openAttemptTrial } from "@breakwater/testkit";
import { isSameProcessAlive } from "@breakwater/node";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findAttempt } from "./attempt-client.ts";

let program: CommandLine;
let trial: AttemptTrial;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});
beforeEach(() => {
  trial = openAttemptTrial(program);
});
afterEach(async () => {
  await trial.close();
});

const inWorkspace = (path: string): string => join(trial.workspace, path);
const write = (path: string) => ({ write: path, content: "x\n" });
const done = { report: "done", summary: "it is done" };

describe("an attempt that goes well", () => {
  it("plays its script in the workspace and reports what was claimed and counted", async () => {
    const { report } = await trial.run({
      script: [
        { write: "src/a.ts", content: ["one", "two"] },
        { edit: "src/a.ts", find: "two", replace: "2" },
        { shell: "cat src/a.ts > src/b.ts" },
        { turn: true },
        { spend: { inputTokens: 10, outputTokens: 5, usd: 0.25 } },
        { ask: "blue or green?" },
        {
          report: "done",
          summary: "two files",
          findings: [{ claim: "c", paths: ["src/a.ts"], check: "true" }],
        },
      ],
    });
    expect(report).toEqual({
      ending: { kind: "completed" },
      exitCode: 0,
      claim: { kind: "done", summary: "two files" },
      usage: { turns: 2, toolCalls: 3, denials: 0, inputTokens: 10, outputTokens: 5, usd: 0.25 },
      findings: [{ claim: "c", paths: ["src/a.ts"], check: "true" }],
      questions: ["blue or green?"],
    });
    expect(readFileSync(inWorkspace("src/b.ts"), "utf8")).toBe("one\n2\n");
  });

  it("reports no tokens and no money where none were reported, instead of zero", async () => {
    const { report } = await trial.run({ script: [{ report: "no-op", summary: "nothing to do" }] });
    expect(report.usage).toEqual({ turns: 1, toolCalls: 0, denials: 0 });
    expect(report.claim).toEqual({ kind: "no-op", summary: "nothing to do" });
  });

  it("fails with a sentence when there is no script", async () => {
    const { report } = await trial.run();
    expect(report.ending).toMatchObject({ kind: "failed", reason: expect.stringContaining("no script") });
  });

  it("prefers the script file of the attempt to the one of its task", async () => {
    const scripts = join(trial.folder, "scripts");
    mkdirSync(scripts);
    writeFileSync(join(scripts, "A.json"), JSON.stringify([{ report: "done", summary: "every attempt" }]));
    writeFileSync(join(scripts, "A.2.json"), JSON.stringify([{ report: "done", summary: "second attempt" }]));
    const claims = [];
    for (const n of [1, 2]) {
      const attempt = attemptId(taskId("A"), n);
      claims.push((await trial.run({ attempt, runtimeOptions: { scripts } })).report.claim);
    }
    expect(claims).toEqual([
      { kind: "done", summary: "every attempt" },
      { kind: "done", summary: "second attempt" },
    ]);
  });
});

describe("the door of an attempt", () => {
  it("refuses a write out of scope and lets the agent go on", async () => {
    const { report, events } = await trial.run({ script: [write("docs/a.md"), write("src/a.ts"), done] });
    expect(report.ending).toEqual({ kind: "completed" });
    expect(report.usage).toMatchObject({ toolCalls: 2, denials: 1 });
    expect(existsSync(inWorkspace("docs/a.md"))).toBe(false);
    expect(existsSync(inWorkspace("src/a.ts"))).toBe(true);
    expect(events.filter((event) => event.kind === "denied")).toEqual([
      {
        kind: "denied",
        denial: {
          tool: "write",
          path: "docs/a.md",
          rule: "guard:out-of-scope",
          allowed: false,
          forAgent: expect.stringMatching(/^docs\/a\.md: .*scope/),
          forPerson: expect.stringContaining("outside the scope"),
        },
      },
    ]);
  });

  it("lets a write out of scope through under warn, and records it", async () => {
    const { events } = await trial.run({ enforcement: "warn", script: [write("docs/a.md"), done] });
    expect(existsSync(inWorkspace("docs/a.md"))).toBe(true);
    expect(events.filter((event) => event.kind === "denied")).toMatchObject([{ denial: { allowed: true } }]);
  });

  it("refuses a command that would write out of scope, before it runs, and lets one in scope run", async () => {
    const { report, events } = await trial.run({
      script: [
        { shell: "mkdir docs && echo x > docs/a.md" },
        { shell: "git push origin main" },
        { shell: "mkdir src && echo x > src/a.ts" },
        done,
      ],
    });
    expect(report.usage).toMatchObject({ toolCalls: 3, denials: 2 });
    expect([existsSync(inWorkspace("docs")), existsSync(inWorkspace("src/a.ts"))]).toEqual([false, true]);
    expect(events.filter((event) => event.kind === "denied")).toMatchObject([
      { denial: { tool: "shell", rule: "guard:scope-write", allowed: false } },
      { denial: { tool: "shell", rule: "guard:git-push", allowed: false } },
    ]);
  });

  it("does not see what is done without asking it", async () => {
    const { report } = await trial.run({
      script: [{ sneak: "mkdir docs && echo x > docs/a.md" }, { smuggle: "docs/b.md", content: "x" }, done],
    });
    expect(report.usage.denials).toBe(0);
    expect([existsSync(inWorkspace("docs/a.md")), existsSync(inWorkspace("docs/b.md"))]).toEqual([
      true,
      true,
    ]);
  });

  it("lets nothing but reading through where its policy is missing or is not the agreed one", async () => {
    mkdirSync(inWorkspace("src"));
    writeFileSync(inWorkspace("src/a.ts"), "x");
    const script = [{ read: "src/a.ts" }, write("src/b.ts"), { shell: "true" }, done];
    for (const spoil of [undefined, { hash: "other" }, { fault: "no rules" }]) {
      const order = trial.order({ script, enforcement: "off" });
      const door: unknown = spoil === undefined ? undefined : { ...order.door, ...spoil };
      const { report, events } = await trial.follow(await trial.start({ ...order, ...Object({ door }) }));
      expect(report.usage).toMatchObject({ toolCalls: 3, denials: 2 });
      expect(events.flatMap((event) => (event.kind === "denied" ? [event.denial.rule] : []))).toEqual([
        "door:no-policy",
        "door:no-policy",
      ]);
    }
  });

  it("refuses a write that a link leads out of the workspace, even when enforcement is off", async () => {
    mkdirSync(inWorkspace("src"));
    symlinkSync(join(trial.folder, "stolen.ts"), inWorkspace("src/link.ts"));
    await trial.run({ enforcement: "off", script: [write("src/link.ts"), write("../up.ts"), done] });
    expect([existsSync(join(trial.folder, "stolen.ts")), existsSync(join(trial.folder, "up.ts"))]).toEqual([
      false,
      false,
    ]);
  });
});

describe("the door of an attempt whose client has hooks", () => {
  it("refuses by the hook what it would refuse in process, records it, and is gone at the end", async () => {
    const order = trial.order({
      hookClients: await hookClients(),
      runtimeOptions: { hooks: true },
      script: [write("docs/a.md"), { shell: "git push origin main" }, write("src/a.ts"), done],
    });
    const { report, events } = await trial.follow(await trial.start(order));
    expect(report).toMatchObject({ ending: { kind: "completed" }, usage: { toolCalls: 3, denials: 2 } });
    expect([existsSync(inWorkspace("docs")), existsSync(inWorkspace("src/a.ts"))]).toEqual([false, true]);
    expect(events.flatMap((event) => (event.kind === "denied" ? [event.denial.rule] : []))).toEqual([
      "guard:out-of-scope",
      "guard:git-push",
    ]);
    expect(existsSync(order.resultFile.replace(".result.json", ".door"))).toBe(false);
  });

  it("does not run where there is no hook to ask by", async () => {
    const { report } = await trial.run({
      hookClients: trial.folder,
      runtimeOptions: { hooks: true },
      script: [write("src/a.ts"), done],
    });
    expect(report.ending).toMatchObject({ kind: "gate-missing" });
    expect(existsSync(inWorkspace("src/a.ts"))).toBe(false);
  });

  /** The folder of a hook for Node, bundled as it is published. */
  async function hookClients(): Promise<string> {
    const module = join(import.meta.dirname, "../../../cli/src/hook/run-hook.ts");
    const text = `import { runHook } from ${JSON.stringify(module)};\nvoid runHook(process.argv.slice(2));`;
    const { file } = await bundleEntry(text, join(module, ".."));
    renameSync(file, join(file, "../hook.cjs"));
    return join(file, "..");
  }
});

describe("an attempt whose client misbehaves", () => {
  it("calls a client that crashed a crash", async () => {
    const { report } = await trial.run({ script: [write("src/a.ts"), { crash: true }] });
    expect(report.ending).toMatchObject({ kind: "error", class: "crash" });
    expect(report.claim).toEqual({ kind: "missing" });
  });

  it("does not take a silent exit for a completion", async () => {
    const { report } = await trial.run({ script: [{ exit: 0 }] });
    expect(report.ending).toMatchObject({ kind: "error", class: "protocol" });
  });

  it("passes a claim on without believing it", async () => {
    const { report } = await trial.run({ script: [{ lie: "all done" }] });
    expect(report).toMatchObject({ claim: { kind: "done", summary: "all done" }, usage: { toolCalls: 0 } });
  });

  it("passes on what the provider failed with, and when it may be asked again", async () => {
    const error = { "provider-error": "quota", message: "no more today", retryAfterMs: 1000 };
    const { report } = await trial.run({ script: [error] });
    expect(report.ending).toEqual({
      kind: "error",
      class: "quota",
      message: "no more today",
      retryAfterMs: 1000,
    });
  });

  it("ends a client that prints 100 MB on one line, and keeps neither the line nor the client", async () => {
    const { report } = await trial.run({ script: [{ flood: 100 * 1024 * 1024 }, done] });
    expect(report.ending).toEqual({ kind: "limit", limit: "output" });
  });

  it("records a line of 100 MB in a few bytes where the limit allows it", async () => {
    const order = trial.order({
      script: [{ flood: 100 * 1024 * 1024 }, done],
      limits: { outputBytes: 2 ** 30 },
    });
    const { report } = await trial.follow(await trial.start(order));
    expect(report.ending).toEqual({ kind: "completed" });
    expect(readFileSync(order.eventFile).length).toBeLessThan(20_000);
  });

  it("ends what the agent left running, also outside its group", async () => {
    const started = inWorkspace("src/up");
    const { report } = await trial.run({
      script: [
        { write: "src/x", content: "" },
        {
          sneak: `setsid sh -c 'echo $$ > ${started}; exec sleep 60' & sleep 60 & while ! test -s ${started}; do :; done`,
        },
        done,
      ],
    });
    expect(report.ending).toEqual({ kind: "completed" });
  });

  it("keeps secrets out of the event file and the report", async () => {
    const secret = "sk-abcdefghijklmnop1234567890";
    const order = trial.order({
      environment: { MY_TOKEN: "plain-but-secret" },
      script: [
        { say: `the key is ${secret}` },
        { report: "done", summary: `used plain-but-secret and ${secret}` },
      ],
    });
    const { report } = await trial.follow(await trial.start(order));
    expect(report.claim).toEqual({ kind: "done", summary: "used [redacted] and [redacted]" });
    const record = readFileSync(order.eventFile, "utf8");
    expect(record).toContain("the key is [redacted]");
    expect(record).not.toContain("plain-but-secret");
  });
});

describe("the limits of an attempt", () => {
  const wrapsUp = (steps: readonly unknown[]) => ({
    steps: [...steps, { hang: true }],
    "on-message": [{ report: "partial", summary: "half", remaining: "the rest" }],
  });

  it.each([
    ["turns", { turns: 2 }, [{ loop: 3, do: [{ turn: true }] }]],
    ["tool-calls", { toolCalls: 1 }, [write("src/a.ts"), write("src/b.ts")]],
    ["tokens", { tokens: 100 }, [{ spend: { inputTokens: 60, outputTokens: 60 } }]],
    ["usd", { usd: 1 }, [{ spend: { usd: 0.6 } }, { spend: { usd: 0.6 } }]],
    ["wall", { wallMs: 300 }, []],
    ["idle", { idleMs: 300 }, []],
  ] as const)(
    "asks the agent once to wrap up at the limit of %s, and takes its report",
    async (limit, limits, steps) => {
      const order = trial.order({ script: wrapsUp(steps), limits });
      const { report } = await trial.follow(await trial.start(order));
      expect(report.ending).toEqual({ kind: "limit", limit });
      expect(report.claim).toEqual({ kind: "partial", summary: "half", remaining: "the rest" });
      expect(report.exitCode).toBe(0);
      expect(readFileSync(order.eventFile, "utf8").match(/Message received/gu)).toHaveLength(1);
    },
  );

  it("stops an agent that does not wrap up in its grace", async () => {
    const { report } = await trial.run({ script: [{ hang: true }], limits: { wallMs: 100, graceMs: 100 } });
    expect(report).toMatchObject({ ending: { kind: "limit", limit: "wall" }, claim: { kind: "missing" } });
  });

  it("kills an agent that ignores every polite signal", async () => {
    const read = { read: "nothing" };
    const script = [{ "ignore-signals": true }, read, read, { hang: true }];
    const { report } = await trial.run({ script, limits: { toolCalls: 1, graceMs: 50 } });
    expect(report).toMatchObject({ ending: { kind: "limit", limit: "tool-calls" }, exitCode: null });
  });

  it("refuses every tool call beyond the agreed number", async () => {
    const script = [write("src/a.ts"), write("src/b.ts"), write("src/c.ts"), done];
    const { report } = await trial.run({ script, limits: { toolCalls: 2 } });
    expect(report.ending).toEqual({ kind: "limit", limit: "tool-calls" });
    expect(existsSync(inWorkspace("src/b.ts"))).toBe(true);
    expect(existsSync(inWorkspace("src/c.ts"))).toBe(false);
  });

  it("bounds a loop without end", async () => {
    const script = [{ loop: "forever", do: [{ read: "nothing" }] }];
    const { report } = await trial.run({
      script,
      stagnation: "off",
      limits: { toolCalls: 20, graceMs: 100 },
    });
    expect(report.ending).toEqual({ kind: "limit", limit: "tool-calls" });
  });

  it("stops by itself when nobody watches it for longer than it may go on alone", async () => {
    const order = trial.order({ script: [{ hang: true }], unattendedMs: 200, limits: { graceMs: 50 } });
    const handle = await trial.start(order);
    while (isSameProcessAlive(handle.identity) === "alive") await new Promise((next) => setTimeout(next, 5));
    expect(await findAttempt(order)).toMatchObject({
      kind: "finished",
      report: { ending: { kind: "limit", limit: "wall" } },
    });
  });
});
