import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  identifyProcess,
  isSameProcessAlive,
  parseProcStat,
  readBootId,
  readProcessStart,
} from "./process-identity.ts";

const onLinux = process.platform === "linux";

describe("the identity of a process", () => {
  it("says that this very process is alive", () => {
    expect(isSameProcessAlive(identifyProcess(process.pid))).toBe("alive");
  });

  it("says that a process is dead once it has exited and been reaped", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { cwd: "/", stdio: "pipe" });
    const identity = identifyProcess(child.pid ?? 0);
    expect(isSameProcessAlive(identity)).toBe("alive");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isSameProcessAlive(identity)).toBe("dead");
  });

  it("does not take another process with the same pid for the one it was", () => {
    expect(isSameProcessAlive({ ...identifyProcess(process.pid), startTime: "1" })).toBe("dead");
  });

  it("says that a process of an earlier boot is dead even when its pid is in use", () => {
    expect(isSameProcessAlive({ ...identifyProcess(process.pid), bootId: "another-boot" })).toBe("dead");
  });

  it("says unknown, never dead, when the boot or the start was never recorded", () => {
    const identity = identifyProcess(process.pid);
    expect(isSameProcessAlive({ ...identity, bootId: "" })).toBe("unknown");
    expect(isSameProcessAlive({ ...identity, startTime: "" })).toBe("unknown");
  });

  it("says that an impossible pid is dead instead of signalling a process group", () => {
    for (const pid of [0, -1, 1.5, Number.NaN]) {
      expect(readProcessStart(pid)).toBeUndefined();
      expect(isSameProcessAlive({ pid, bootId: readBootId(), startTime: "1" })).toBe("dead");
    }
  });

  it.runIf(onLinux)("says that a zombie is dead", async () => {
    // The shell starts a child that ends with our pipe, and becomes `sleep`, which never reaps it.
    const script = "exec 3<&0; cat <&3 & echo $!; exec sleep 60 3<&-";
    const parent = spawn("sh", ["-c", script], { cwd: "/", stdio: ["pipe", "pipe", "ignore"] });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    while (nameOf(parent.pid) !== "sleep") await new Promise((next) => setImmediate(next));
    parent.stdin.end();
    const pid = Number(line.toString());
    while (!isZombie(pid)) await new Promise((next) => setImmediate(next));
    expect(readProcessStart(pid)).toBeUndefined();
    expect(isSameProcessAlive({ pid, bootId: readBootId(), startTime: startOf(pid) })).toBe("dead");
    parent.kill("SIGKILL");
    await once(parent, "exit");
  });

  it.runIf(onLinux)("reads the start of a program whose name holds parentheses and spaces", async () => {
    const program = join(mkdtempSync(join(tmpdir(), "identity-")), "a) S 1 (b");
    copyFileSync("/bin/sleep", program);
    const child = spawn(program, ["60"], { cwd: "/", stdio: "ignore" });
    await once(child, "spawn");
    expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain("(a) S 1 (b)");
    expect(isSameProcessAlive(identifyProcess(child.pid ?? 0))).toBe("alive");
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  it("refuses a stat text of another shape instead of guessing", () => {
    expect(parseProcStat("")).toBeUndefined();
    expect(parseProcStat("12 (sh) S 1 2 3")).toBeUndefined();
  });
});

function nameOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

function isZombie(pid: number): boolean {
  return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.state === "Z";
}

function startOf(pid: number): string {
  return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.startTime ?? "";
}
