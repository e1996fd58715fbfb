import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askVersion, findProgram, isAtLeast, packagedVersion } from "./find-client.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-client-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("finding a client", () => {
  it("takes the first program of that name on the path", () => {
    const file = program("agent", "true");
    expect(findProgram("agent", { PATH: `/nonexistent:${folder}:/bin` })).toBe(file);
    expect(findProgram(file, {})).toBe(file);
  });

  it("finds neither a file that cannot be run, nor a folder, nor anything by a relative path", () => {
    writeFileSync(join(folder, "agent"), "");
    expect(findProgram("agent", { PATH: folder })).toBeUndefined();
    expect(findProgram("tmp", { PATH: "/" })).toBeUndefined();
    program("here", "true");
    expect(findProgram("here", { PATH: ".:" })).toBeUndefined();
  });

  it("reads the version out of whatever the client says around it", async () => {
    expect(await askVersion([program("a", "echo codex-cli 0.169.0 '(abc)'")], {})).toBe("0.169.0");
    expect(await askVersion([program("b", "echo 1.2.3; exit 1")], {})).toBeUndefined();
    expect(await askVersion(["/nonexistent"], {})).toBeUndefined();
  });

  it("reads the version of a packaged script, without starting it and through a link", () => {
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "4.5.6" }));
    const script = program("dist/agent.js", "exit 1");
    symlinkSync(script, join(folder, "link"));
    expect(packagedVersion(join(folder, "link"))).toBe("4.5.6");
    expect(packagedVersion("/nonexistent/agent")).toBeUndefined();
  });

  it.each([
    ["0.169.0", "0.169.0", true],
    ["0.170.0-alpha.1", "0.169.0", true],
    ["0.99.9", "0.169.0", false],
    ["1.0.0", "0.169.0", true],
  ])("compares %s to %s by numbers", (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});
