import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { endMarked, markedProcesses } from "./process-sweep.ts";

const PATH = process.env.PATH ?? "/usr/bin:/bin";

describe.runIf(process.platform === "linux")("sweeping up what left its group", () => {
  it("kills a process in a session of its own by its mark, and nothing else", async () => {
    const marker = { name: "SWEEP_TEST", value: randomUUID() };
    const near = { ...marker, value: `${marker.value}x` };
    const marked = await started(marker);
    const other = await started(near);
    expect(markedProcesses(marker)).toEqual([marked.pid]);
    expect(await Promise.all([endMarked(marker), once(marked, "exit")])).toEqual([1, [null, "SIGKILL"]]);
    expect(marked.signalCode).toBe("SIGKILL");
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
    expect(markedProcesses(marker)).toEqual([]);
    other.kill("SIGKILL");
    await once(other, "exit");
  });
});

async function started(marker: { readonly name: string; readonly value: string }) {
  const child = spawn("sh", ["-c", "echo up; exec sleep 60"], {
    cwd: "/",
    env: { PATH, [marker.name]: marker.value },
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  return child;
}
