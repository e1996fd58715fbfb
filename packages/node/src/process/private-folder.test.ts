import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { sweepPrivateFolders, withPrivateFolder } from "./private-folder.ts";

const temporary = realpathSync(mkdtempSync(join(tmpdir(), "private-folder-")));
vi.stubEnv("TMPDIR", temporary);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

/** A process that opens a private folder, tells its place and then hangs until it is killed. */
const HOLDER = `
  const { withPrivateFolder } = await import(${JSON.stringify(new URL("./private-folder.ts", import.meta.url).href)});
  await withPrivateFolder(async (folder) => {
    process.stdout.write(folder);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });`;

async function killedHolder(): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", HOLDER], {
    cwd: process.cwd(),
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [told] = await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  return String(told);
}

describe("a private folder", () => {
  it("goes away with its use, also where that throws", async () => {
    const seen: string[] = [];
    await withPrivateFolder(async (folder) => seen.push(folder));
    const broken = withPrivateFolder(async (folder) => {
      seen.push(folder);
      throw new Error("the use broke");
    });
    await expect(broken).rejects.toThrow("the use broke");
    expect(seen.map((folder) => existsSync(folder))).toEqual([false, false]);
  });

  it("that a killed process left is swept, and one that is in use stays", async () => {
    const left = await killedHolder();
    expect(existsSync(left)).toBe(true);
    await withPrivateFolder(async (mine) => {
      expect(await sweepPrivateFolders()).toBe(1);
      expect([existsSync(left), existsSync(mine)]).toEqual([false, true]);
    });
  });
});
