import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonObject, parseJson, textOf } from "@breakwater/agents";
import { replay } from "@breakwater/core";
import { bundleEntry, processesBelow } from "@breakwater/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listSessions } from "../../session/session-place.ts";
import { readSession } from "../../session/session-store.ts";
import { checkDemo } from "./checks.ts";
import { courseOf } from "./course.ts";
import type { Observed } from "./observed.ts";
import { filesOfStory } from "./story.ts";

const MAIN = fileURLToPath(new URL("../../run-program.ts", import.meta.url));
const README = fileURLToPath(new URL("../../../../../README.md", import.meta.url));
const PATIENCE = 120_000;
const SEED = 4;

let program: string;
let folder: string;
let home: string;
let plain: Ended;
let json: Ended;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "demo-test-")));
  home = join(folder, "home");
  mkdirSync(home);
  program = await bundleProgram(join(folder, "package"));
  plain = await demo(["--seed", "1", "--output", "plain"]).ended;
  json = await demo(["--seed", String(SEED), "--keep", "--json"]).ended;
}, 2 * PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe("the demo", () => {
  it("tells of the denial, the audit, the gate and the kill, and ends with exit 0", () => {
    expect([plain.code, plain.stderr]).toEqual([0, ""]);
    for (const words of [
      "T2 scope denied: write package.json",
      "T4 audit held test/clock.test.js",
      "default drop",
      "gate test is red because of T3",
      "plan amended: +T3F1",
      "kill the coordinator (SIGKILL)",
      "was still running and is followed again",
      "(9 starts, 9 attempts)",
      "all 27 claims hold",
    ])
      expect(plain.stdout).toContain(words);
  });

  it("prints each line that the README shows of it, but for its numbers", () => {
    const masked = (text: string): readonly string[] => text.replaceAll(/\d+/gu, "#").split("\n");
    const shown = /^What was claimed[^`]*/mu.exec(readFileSync(README, "utf8"))?.[0].trimEnd() ?? "";
    const printed = masked(plain.stdout);
    expect(masked(shown).length).toBeGreaterThan(10);
    expect(masked(shown).filter((line) => !printed.includes(line))).toEqual([]);
  });

  it("calls only a task that was added a fix task", () => {
    const told = plain.stdout.split("\n");
    const remarked = told.filter((_, at) => (told[at + 1] ?? "").includes("→ a fix task"));
    expect(remarked).toHaveLength(1);
    expect(remarked[0]).toContain("plan amended: +T3F1");
  });

  it("removes its folder, and leaves nothing in the home and the state of the user", () => {
    const stage = folderOf(plain.stdout);
    expect(stage).toMatch(/breakwater-demo-/u);
    expect(existsSync(stage)).toBe(false);
    expect(processesBelow(stage)).toEqual([]);
    expect(readdirSync(home).filter((name) => !name.startsWith("breakwater-demo-"))).toEqual([]);
  });

  it("comes to the same tree by another course, one JSON line for each fact and claim", () => {
    const lines = json.stdout.trim().split("\n").map(parseJson);
    expect(lines.every(isJsonObject)).toBe(true);
    const result = resultOf(json);
    expect([json.code, json.stderr, result["seed"]]).toEqual([0, "", SEED]);
    expect(plain.stdout).toContain(`Final tree ${textOf(result["tree"])?.slice(0, 12)}`);
    expect(json.stdout).toContain('"type":"gate.blamed"');
  });

  it(
    "leaves no folder and no process when it is interrupted while agents are at work",
    async () => {
      const running = demo(["--output", "plain"]);
      await running.says("Finalization: 4 tasks");
      await running.says("T6 start");
      const stage = folderOf(running.text());
      running.signal("SIGINT");
      expect((await running.ended).code).toBe(130);
      expect(existsSync(stage)).toBe(false);
      expect(processesBelow(stage)).toEqual([]);
    },
    PATIENCE,
  );
});

describe("the checks of the demo", () => {
  it("hold for what was recorded, and each fact that a claim names is needed", async () => {
    const whole = await observedByKeptDemo();
    expect(missing(whole)).toEqual([]);
    const without = (type: string): readonly string[] => {
      const facts = whole.facts.filter(({ fact }) => fact.type !== type);
      return missing({ ...whole, facts, state: replay(facts) });
    };
    const { denied, strayed, culprit } = courseOf(SEED);
    expect(without("scope.denied")).toEqual([`${denied} was denied a write at the door`]);
    expect(without("candidate.audited")).toContain(
      `${strayed} went past the door without asking, and the audit held test/clock.test.js`,
    );
    expect(without("decision.asked")).toContain("a decision was asked for");
    expect(without("decision.expired")).toContain("the decision took its default, because nobody answered");
    expect(without("gate.finished")).toContain("the gate was red after wave 2, by the name of a test");
    expect(without("gate.blamed")).toContain(`the search blamed ${culprit}`);
    expect(without("plan.amended")).toContain(`${culprit}F1 is done`);
    expect(without("attempt.adopted")).toEqual(
      whole.working
        .filter((id) => id !== whole.early)
        .map((id) => `${id} was still at work, and was adopted`),
    );
    expect(without("attempt.exited")).toContain(
      `${whole.early} ended without a coordinator, and was collected`,
    );
    expect(without("branch.advanced")).toEqual(["close moved the branch"]);
  });

  it("see a second start, an early move of the branch, a stray file and a worktree", async () => {
    const whole = await observedByKeptDemo();
    expect(missing({ ...whole, starts: [...whole.starts, "T1"] })).toEqual(["nothing ran twice"]);
    expect(missing({ ...whole, touched: ["refs refs/heads/main changed"] })).toEqual([
      "your checkout was untouched until close",
    ]);
    expect(missing({ ...whole, changed: [...whole.changed, "stray"] })).toEqual([
      "the branch holds what was agreed, and nothing else",
    ]);
    expect(missing({ ...whole, worktrees: 1 })).toEqual(["no worktree was left over"]);
    expect(missing({ ...whole, killedBy: "SIGTERM" })).toEqual([
      "the coordinator was killed while agents were at work",
    ]);
    expect(missing({ ...whole, exits: { resume: 4, close: 0 } })).toEqual(["the resumed session ended well"]);
  });
});

/** The program in the layout of the package: a bundle, and the version above it. */
async function bundleProgram(at: string): Promise<string> {
  const text = `import { runProgram } from ${JSON.stringify(MAIN)};\nrunProgram(process.argv.slice(2));`;
  const { file } = await bundleEntry(text, dirname(MAIN));
  mkdirSync(join(at, "dist"), { recursive: true });
  renameSync(file, join(at, "dist", "main.cjs"));
  writeFileSync(join(at, "package.json"), '{ "version": "0.0.0-test" }');
  return join(at, "dist", "main.cjs");
}

function missing(observed: Observed): readonly string[] {
  return checkDemo(courseOf(SEED), observed)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);
}

/** The journal of the kept demo, and beside it what the demo would have seen. */
async function observedByKeptDemo(): Promise<Observed> {
  const stage = textOf(resultOf(json)["folder"]) ?? "";
  const [place] = listSessions({ controlDir: join(stage, "limiter", ".orchestrator") });
  const read = place === undefined ? undefined : readSession(place);
  if (read?.ok !== true) throw new Error(`Reading the journal of the kept demo in ${stage}`);
  const { facts, state } = read.value;
  return {
    facts,
    state,
    starts: [...state.attempts.values()].map(({ task }) => task),
    killedBy: "SIGKILL",
    working: ["T6", "T7", "T8"],
    early: courseOf(SEED).early,
    exits: { resume: 0, close: 0 },
    touched: [],
    worktrees: 0,
    changed: filesOfStory(),
    tree: state.integration.tree,
  };
}

function folderOf(text: string): string {
  return /nothing outside (?<folder>\S+)/u.exec(text)?.groups?.["folder"] ?? "";
}

function resultOf({ stdout }: Ended): Readonly<Record<string, unknown>> {
  const last = parseJson(stdout.trim().split("\n").at(-1) ?? "");
  if (!isJsonObject(last)) throw new Error(`Reading the result of the demo: ${stdout.slice(-400)}`);
  return last;
}

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type Running = {
  readonly ended: Promise<Ended>;
  readonly text: () => string;
  /** Resolves when it has written these words; rejects when it ends before. */
  readonly says: (words: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
};

function demo(args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, "demo", ...args], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, TMPDIR: home, XDG_STATE_HOME: join(home, "state") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  child.stdout
    .on("error", () => {})
    .on("data", (chunk: Buffer) => {
      texts.stdout += chunk.toString("utf8");
      for (const look of waiting) look();
    });
  child.stderr.on("error", () => {}).on("data", (chunk: Buffer) => (texts.stderr += chunk.toString("utf8")));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...texts }));
  });
  const says = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (texts.stdout.includes(words)) resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended without "${words}": ${texts.stderr}`)));
    });
  return { ended, text: () => texts.stdout, says, signal: (signal) => void child.kill(signal) };
}
