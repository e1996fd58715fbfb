import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { signalGroup } from "./process-group.ts";
import { spawnDetached } from "./spawn-detached.ts";

const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
const launch = (script: string, readyTimeoutMs = 10_000) => {
  const logFile = join(mkdtempSync(join(tmpdir(), "detached-")), "log");
  const started = spawnDetached({ command: ["sh", "-c", script], cwd: "/", env, logFile, readyTimeoutMs });
  return { logFile, started };
};

describe("starting a program that outlives its starter", () => {
  it("waits for the first line and leads a group of its own", async () => {
    const start = await launch("echo ready; exec sleep 60").started;
    if (start.kind !== "ready") throw new Error(`expected ready, got ${start.kind}`);
    expect(start.line).toBe("ready");
    // Only the leader of a group gives its id to it.
    expect(signalGroup(start.pid, "SIGKILL")).toBe(true);
  });

  it("says with which code a program ended that never said a word, and keeps what it complained", async () => {
    const { logFile, started } = launch("echo broken >&2; exit 3");
    expect(await started).toEqual({ kind: "exited", code: 3, signal: null });
    expect(readFileSync(logFile, "utf8")).toBe("broken\n");
  });

  it("takes a line for an answer although the program ended right after it", async () => {
    expect(await launch("echo ready").started).toMatchObject({ kind: "ready", line: "ready" });
  });

  it("kills a program that does not get under way in time", async () => {
    expect(await launch("exec sleep 60", 50).started).toEqual({ kind: "silent" });
  });

  it("says as a value that a program is missing", async () => {
    const logFile = join(mkdtempSync(join(tmpdir(), "detached-")), "log");
    const more = { cwd: "/", env, logFile, readyTimeoutMs: 1_000 };
    expect((await spawnDetached({ command: ["no-such-program"], ...more })).kind).toBe("not-started");
    expect((await spawnDetached({ command: ["sh"], ...more, logFile: "/nowhere/log" })).kind).toBe(
      "not-started",
    );
  });
});
