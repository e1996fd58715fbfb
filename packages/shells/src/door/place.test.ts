import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placeOf } from "./place.ts";

let folder: string;
let workspace: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "place-")));
  workspace = join(folder, "workspace");
  mkdirSync(join(workspace, "src/deep"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
