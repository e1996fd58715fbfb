import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import { evaluateStagnation } from "@breakwater/core";
import { type AttemptTrial, bundleAttemptEntry, openAttemptTrial } from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { contentHashOf } from "./file-content.ts";
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
  await trial.close();
});

const forever = (...steps: readonly object[]): object => ({ loop: "forever", do: steps });
const write = (path: string, content: string): object => ({ write: path, content });
const done = { report: "done", summary: "it is done" };
const wrapUp = [{ report: "partial", summary: "half", remaining: "the rest" }];

async function play(wanted: Parameters<AttemptTrial["order"]>[0]) {
  const order: AttemptOrder = trial.order({ ...wanted, limits: { graceMs: 100, ...wanted?.limits } });
  const { report, events } = await trial.follow(await trial.start(order));
  const responses = events.flatMap((event) =>
    event.kind === "stagnated" ? [`${event.stagnation.detection.level} ${event.stagnation.response}`] : [],
  );
  const lines = readFileSync(order.eventFile, "utf8").trimEnd().split("\n");
  const record = lines.map((line): Record<string, unknown> => JSON.parse(line));
  const detections = record.filter(({ kind }) => kind === "stagnation").map(({ detection }) => detection);
  return { order, report, responses, lines, record, detections };
}

describe("an attempt that runs into a loop", () => {
  it("is nudged once, then ended as stuck, with the file that the loop was about", async () => {
    const { report, responses, detections, record } = await play({
      script: [forever(write("src/a.ts", "same\n"))],
    });
    expect(responses).toEqual(["nudge nudged", "stop stopped"]);
    expect(report.ending).toEqual({
      kind: "stuck",
      pattern: "turn-key-repetition",
      evidence: expect.stringMatching(/^write src\/a\.ts: the same call .* \(calls call-1, .*call-5\)$/u),
      focus: ["src/a.ts"],
    });
    expect(detections).toMatchObject([{ level: "nudge" }, { level: "stop", class: "other", occurrences: 5 }]);
    const notes = record.flatMap(({ kind, text }) => (kind === "host" ? [String(text)] : []));
    expect(notes.filter((text) => text.startsWith("told the agent: You seem to be stuck"))).toHaveLength(1);
    expect(notes).toContain("it is stuck: turn-key-repetition");
  });

  it("gets the message of a nudge, and goes free when it then takes another way", async () => {
    const script = {
      steps: [{ loop: 3, do: [{ read: "src/none.ts" }] }, { hang: true }],
      "on-message": [done],
    };
    const { report } = await play({ script });
    expect(report).toMatchObject({ ending: { kind: "completed" }, claim: { kind: "done" } });
  });

  it("does not use up its grace by going on with the loop", async () => {
    const { report, record } = await play({
      script: [forever(write("src/a.ts", "same\n"))],
      limits: { graceMs: 60_000 },
    });
    expect(report.ending).toMatchObject({ kind: "stuck" });
    const calls = record.filter(({ kind }) => kind === "tool-intent").length;
    expect(calls).toBeGreaterThanOrEqual(5 + 10);
    expect(record).toContainEqual(expect.objectContaining({ text: "10 calls to wrap up are used" }));
  });

  it("may wrap up when it is ended, and its claim is kept", async () => {
    const steps = [{ loop: 3, do: [{ read: "src/none.ts" }] }, { listen: true }];
    const again = [{ loop: 2, do: [{ read: "src/none.ts" }] }, ...wrapUp];
    const { report } = await play({ script: [...steps, ...again] });
    expect(report).toMatchObject({
      ending: { kind: "stuck", pattern: "error-echo" },
      claim: { kind: "partial", remaining: "the rest" },
    });
  });

  it("is seen swinging a file between two contents, by what is on disk", async () => {
    const { report } = await play({
      script: [forever(write("src/a.ts", "one\n"), { shell: "date +%N" }, write("src/a.ts", "two\n"))],
    });
    expect(report.ending).toMatchObject({ kind: "stuck", pattern: "edit-revert", focus: ["src/a.ts"] });
  });

  it("that the door refuses is stuck on a denied scope, and no focus leads it out of its scope", async () => {
    const { report, detections } = await play({ script: [forever(write("docs/a.md", "x\n"))] });
    expect(report.ending).toMatchObject({ kind: "stuck", pattern: "error-echo" });
    expect(report.ending).not.toHaveProperty("focus");
    expect(detections.at(-1)).toMatchObject({ class: "scope-denied", file: "docs/a.md" });
  });

  it("of reading alone leaves the next attempt its scope", async () => {
    mkdirSync(join(trial.workspace, "src"));
    writeFileSync(join(trial.workspace, "src/a.ts"), "text\n");
    const { report } = await play({ script: [forever({ read: "src/a.ts" })] });
    expect(report.ending).toMatchObject({ kind: "stuck", pattern: "turn-key-repetition" });
    expect(report.ending).not.toHaveProperty("focus");
  });

  it("keeps secrets of its commands out of the report", async () => {
    const secret = "sk-abcdefghijklmnop1234567890";
    const { report } = await play({ script: [forever({ shell: `: ${secret}` })] });
    expect(report.ending).toMatchObject({ kind: "stuck", evidence: expect.stringContaining("[redacted]") });
    expect(JSON.stringify(report)).not.toContain(secret);
  });

  it("is only told where the order says so, and runs into its limits", async () => {
    const script = [forever(write("src/a.ts", "same\n"))];
    const told = await play({ script, stagnation: "nudge", limits: { toolCalls: 12 } });
    expect(told.report.ending).toEqual({ kind: "limit", limit: "tool-calls" });
    expect(told.detections).toMatchObject([{ level: "nudge" }, { level: "stop" }]);
    expect(told.responses).toEqual(["nudge nudged", "stop recorded"]);
  });

  it("is found again in its record, with the same detections", async () => {
    const { order, lines, detections } = await play({
      script: [forever(write("src/a.ts", "one\n"), write("src/a.ts", "two\n"))],
    });
    const evaluated = evaluateStagnation(lines, { workspace: order.workspace });
    expect(evaluated.unreadable).toBe(0);
    expect(evaluated.streams[0]?.detections).toEqual(detections);
  });
});

describe("an attempt that works long and honestly", () => {
  it("is neither told anything nor ended", async () => {
    const rounds = Array.from({ length: 12 }, (_, n) => [
      write("src/table.ts", `row ${n}\n`),
      { edit: "src/table.ts", find: "row", replace: "line" },
      { read: "src/table.ts" },
      { shell: "grep -c line src/table.ts" },
      { shell: `test ${n} -gt 9` },
      { say: `That was round ${n}, the next one follows.` },
    ]);
    const polls = { loop: 6, do: [{ shell: "sleep 0; echo pending" }] };
    const { report, detections } = await play({ script: [...rounds.flat(), polls, done] });
    expect(report).toMatchObject({ ending: { kind: "completed" }, claim: { kind: "done" } });
    expect(detections).toMatchObject([{ pattern: "repeated-edits", level: "suspicion" }]);
  });
});

describe("the look at a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "content-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("tells contents apart and knows what is missing", () => {
    writeFileSync(join(folder, "a"), "one");
    writeFileSync(join(folder, "b"), "one");
    writeFileSync(join(folder, "c"), "");
    const [one, same, empty] = ["a", join(folder, "b"), "c"].map((path) =>
      contentHashOf(path, { workspace: folder }),
    );
    expect(one).toBe(same);
    expect(empty).not.toBe(one);
    expect(contentHashOf("none/x", { workspace: folder })).toBe("missing");
  });

  it("looks at what lies in the layer over a workspace first, as the agent does", () => {
    const layer = join(folder, "layer");
    mkdirSync(layer);
    writeFileSync(join(folder, "a"), "one");
    writeFileSync(join(folder, "b"), "two");
    const seen = (path: string): string | undefined => contentHashOf(path, { workspace: folder, layer });
    const before = seen("a");
    expect(before).toBe(contentHashOf("a", { workspace: folder }));
    writeFileSync(join(layer, "a"), "two");
    expect(seen("a")).toBe(seen("b"));
    expect(seen("a")).not.toBe(before);
  });

  it("does not know what is a pipe, a folder, too large or outside, and is not held by it", () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "large"), Buffer.alloc(4 * 1024 * 1024 + 1));
    symlinkSync("/etc/passwd", join(folder, "link"));
    const looks = ["pipe", "sub", "large", "link", "../x"].map((path) =>
      contentHashOf(path, { workspace: folder }),
    );
    expect(looks).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
