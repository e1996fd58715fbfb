import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findClaude } from "./find-claude.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "find-claude-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(...path: readonly string[]): string {
  const file = join(root, ...path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
  return file;
}

function sdk(folder: string, version: string): void {
  const scope = join(root, folder, "node_modules", "@anthropic-ai");
  mkdirSync(join(scope, "claude-agent-sdk"), { recursive: true });
  writeFileSync(join(scope, "claude-agent-sdk", "package.json"), JSON.stringify({ version }));
  writeFileSync(join(scope, "claude-agent-sdk", "sdk.mjs"), "");
  program(
    folder,
    "node_modules",
    "@anthropic-ai",
    `claude-agent-sdk-${process.platform}-${process.arch}`,
    "claude",
  );
}

const find = (
  from: string,
  environment: Readonly<Record<string, string>> = { PATH: "" },
): ReturnType<typeof findClaude> => {
  const folder = join(root, from);
  mkdirSync(folder, { recursive: true });
  return findClaude({ from: folder, environment });
};

describe("finding the user's Claude client", () => {
  it("takes the SDK of the project, also from a folder inside of it", () => {
    sdk("project", "0.3.330");
    expect(find("project/.orchestrator/sessions")).toMatchObject({
      value: { door: "sdk", version: "0.3.330" },
    });
  });

  it("takes the SDK of the folder that BREAKWATER_CLIENTS names before the one of the project", () => {
    sdk("project", "0.3.330");
    sdk("clients", "0.3.400");
    const found = find("project", { PATH: "", BREAKWATER_CLIENTS: join(root, "clients") });
    expect(found).toMatchObject({ value: { version: "0.3.400" } });
  });

  it("takes the program on PATH where the SDK is missing or too old, but none from a relative PATH", () => {
    sdk("project", "0.3.100");
    const file = program("bin", "claude");
    expect(find("project", { PATH: join(root, "bin") })).toEqual({
      ok: true,
      value: { door: "cli", program: file },
    });
    expect(find("project", { PATH: "bin" })).toMatchObject({ failure: { code: "BW749" } });
  });

  it("says what to install where there is nothing", () => {
    expect(find("empty")).toMatchObject({
      failure: { code: "BW748", fix: expect.stringContaining("npm install") },
    });
  });
});
