import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type GroupRun, runInGroup } from "./run-in-group.ts";

const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
const sh = (script: string, more: Partial<GroupRun> = {}) =>
  runInGroup({ command: ["sh", "-c", script], cwd: tmpdir(), env, ...more });
const quick = { interruptMs: 20, terminateMs: 20 };

describe("running a program in its own process group", () => {
  it("gives the exit code and the output", async () => {
    const exit = await sh("echo out; echo err >&2; exit 3");
    expect(exit).toMatchObject({ code: 3, signal: null, timedOut: false, aborted: false });
    expect([exit.stdout.toString(), exit.stderr.toString()]).toEqual(["out\n", "err\n"]);
  });

  it("gives the program what is meant for its stdin and then closes it", async () => {
    expect((await sh("cat", { stdin: Buffer.from("hello") })).stdout.toString()).toBe("hello");
    expect((await sh("cat")).code).toBe(0);
  });

  it("says that a program is missing as a value, not by throwing", async () => {
    const exit = await runInGroup({ command: ["no-such-program"], cwd: tmpdir(), env });
    expect(exit.startError?.code).toBe("ENOENT");
    const nul = await runInGroup({ command: ["sh", "-c", "a\0b"], cwd: tmpdir(), env });
    expect(nul.startError).toBeDefined();
  });

  it("keeps only the end of a long output", async () => {
    const exit = await sh("head -c 5000000 /dev/zero; printf end", { tailBytes: 1000 });
    expect(exit.stdout).toHaveLength(1000);
    expect(exit.stdout.subarray(-3).toString()).toBe("end");
  });

  it("survives a program that does not read the stdin it was given", async () => {
    expect((await sh("exit 0", { stdin: Buffer.alloc(10_000_000) })).code).toBe(0);
  });

  it("kills a program that ignores every polite signal when its time is over", async () => {
    const exit = await sh("trap '' INT TERM; while :; do sleep 1; done", { timeoutMs: 100, grace: quick });
    expect(exit).toMatchObject({ timedOut: true, code: null, signal: "SIGKILL" });
  });

  it("stops at the first signal that the program honours", async () => {
    const exit = await sh("trap 'echo bye; exit 7' INT; while :; do sleep 0.01; done", { timeoutMs: 200 });
    expect(exit).toMatchObject({ timedOut: true, code: 7 });
    expect(exit.stdout.toString()).toBe("bye\n");
  });

  it("stops on abort, and starts nothing when already aborted", async () => {
    const abort = new AbortController();
    const exit = await sh("echo up; exec sleep 60", { signal: abort.signal, onStdout: () => abort.abort() });
    expect(exit).toMatchObject({ aborted: true, signal: "SIGINT" });
    const mark = join(mkdtempSync(join(tmpdir(), "group-")), "mark");
    expect(await sh(`touch ${mark}`, { signal: abort.signal })).toMatchObject({ aborted: true, code: null });
    expect(existsSync(mark)).toBe(false);
  });

  it("kills grandchildren that the program left behind", async () => {
    const pidFile = join(mkdtempSync(join(tmpdir(), "group-")), "pid");
    const exit = await sh(`sh -c 'trap "" INT TERM HUP; echo $$ > ${pidFile}; while :; do sleep 1; done' &
      while ! test -s ${pidFile}; do sleep 0.01; done`);
    expect(exit.code).toBe(0);
    const left = Number(readFileSync(pidFile, "utf8"));
    await vi.waitFor(() => expect(isGone(left)).toBe(true), { timeout: 10_000 });
  });

  it("returns although a process that left the group holds the output open", async () => {
    const held = join(mkdtempSync(join(tmpdir(), "group-")), "held.sock");
    const server = createServer().listen(held);
    await once(server, "listening");
    const escapee = `require("net").connect(${JSON.stringify(held)})`;
    const running = runInGroup({
      command: [process.execPath, "-e", launcherOf(escapee)],
      cwd: tmpdir(),
      env,
    });
    const [socket] = await once(server, "connection");
    expect((await running).code).toBe(0);
    socket.destroy();
    server.close();
  });
});

function launcherOf(script: string): string {
  const options = `{ detached: true, stdio: "inherit" }`;
  return `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], ${options}).unref()`;
}

function isGone(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
