import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolIntent } from "@breakwater/agents";
import type { TaskScope } from "@breakwater/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Denial, doorFor } from "./door.ts";
import { placeOf } from "./place.ts";

let folder: string;
let workspace: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "door-")));
  workspace = join(folder, "workspace");
  mkdirSync(join(workspace, "src/deep"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inSrc: TaskScope = { kind: "write", globs: ["src/**"] };

async function ask(
  intent: Partial<ToolIntent>,
  scope: TaskScope = inSrc,
  enforcement: "strict" | "warn" | "off" = "strict",
) {
  const denials: Denial[] = [];
  const door = doorFor(scope, enforcement, { workspace, onDenial: (denial) => denials.push(denial) });
  const decision = await door.decide({ call: "1", tool: "t", kind: "write", paths: [], ...intent });
  return { allow: decision.allow, denials, rule: decision.allow ? undefined : decision.rule };
}

describe("the door", () => {
  it("lets a write inside the scope through, however its path is written", async () => {
    for (const path of ["src/a.ts", "./src/a.ts", "src/deep/../a.ts", join(workspace, "src/new/b.ts")]) {
      expect(await ask({ paths: [path] })).toEqual({ allow: true, denials: [], rule: undefined });
    }
  });

  it("refuses a call when one of its paths is out of scope", async () => {
    expect(await ask({ paths: ["src/a.ts", "docs/a.md"] })).toMatchObject({
      allow: false,
      rule: "scope:out-of-scope",
      denials: [{ path: "docs/a.md", allowed: false }],
    });
  });

  it("judges deleting like writing", async () => {
    expect((await ask({ kind: "delete", paths: ["docs/a.md"] })).allow).toBe(false);
  });

  it("refuses every write of a read-only task and under a scope that cannot be read", async () => {
    expect((await ask({ paths: ["src/a.ts"] }, { kind: "read-only" })).allow).toBe(false);
    expect((await ask({ paths: ["src/a.ts"] }, { kind: "write", globs: ["src/**", "!src/b"] })).allow).toBe(
      false,
    );
  });

  it("refuses a write that does not name its file", async () => {
    expect((await ask({ paths: [] })).rule).toBe("door:no-path");
  });

  it("judges the files of a tool that it does not know, and lets reads and commands through", async () => {
    expect((await ask({ kind: "other", paths: ["docs/a.md"] })).allow).toBe(false);
    expect((await ask({ kind: "read", paths: ["/etc/passwd"] })).allow).toBe(true);
    expect((await ask({ kind: "exec", command: "ls" })).allow).toBe(true);
  });

  it("refuses git's own files and everything outside the workspace whatever the enforcement", async () => {
    for (const enforcement of ["strict", "warn", "off"] as const) {
      for (const path of [".git", "src/.GIT/config", "../other", "/etc/passwd", ""]) {
        const { allow, denials } = await ask(
          { paths: [path] },
          { kind: "write", globs: ["**"] },
          enforcement,
        );
        expect([path, allow, denials.length]).toEqual([path, false, 1]);
      }
    }
  });

  it("records under warn what it lets through, and is silent when it is off", async () => {
    expect(await ask({ paths: ["docs/a.md"] }, inSrc, "warn")).toMatchObject({
      allow: true,
      denials: [{ allowed: true }],
    });
    expect(await ask({ paths: ["docs/a.md"] }, inSrc, "off")).toMatchObject({ allow: true, denials: [] });
  });
});

describe("where a write lands", () => {
  it("follows links as the kernel does, also dangling ones and those behind them", () => {
    symlinkSync(folder, join(workspace, "src/up"));
    symlinkSync("../gone", join(workspace, "src/dangling"));
    symlinkSync("/nowhere/at/all", join(workspace, "src/absolute"));
    symlinkSync("deep", join(workspace, "src/short"));
    symlinkSync("loop", join(workspace, "src/loop"));
    const landed = (path: string) => placeOf(path, workspace);
    expect(landed("src/up/x")).toEqual({ kind: "outside" });
    expect(landed("src/up/workspace/docs/x")).toEqual({ kind: "inside", path: "docs/x" });
    expect(landed("src/dangling")).toEqual({ kind: "inside", path: "gone" });
    expect(landed("src/absolute")).toEqual({ kind: "outside" });
    expect(landed("src/short/../a")).toEqual({ kind: "inside", path: "src/a" });
    expect(landed("src/loop/a")).toEqual({ kind: "outside" });
  });

  it("takes a workspace that is itself reached through a link for what it is", () => {
    symlinkSync(workspace, join(folder, "alias"));
    expect(placeOf("src/a", join(folder, "alias"))).toEqual({ kind: "inside", path: "src/a" });
    expect(placeOf(join(folder, "alias/src/a"), workspace)).toEqual({ kind: "inside", path: "src/a" });
  });
});
