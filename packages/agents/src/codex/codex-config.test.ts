import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configArguments } from "./codex-config.ts";

it("withdraws the trust of a linked worktree and of the checkout it belongs to", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "codex-config-")));
  const main = join(folder, "main");
  const linked = join(folder, 'a "linked" tree');
  const git = (...args: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], { cwd: folder });
  git("init", "-q", main);
  git("-C", main, "commit", "-q", "--allow-empty", "-m", "x");
  git("-C", main, "worktree", "add", "-q", "--detach", linked);
  const settings = configArguments(linked).join(" ");
  rmSync(folder, { recursive: true, force: true });
  expect(settings).toContain(
    `projects={${JSON.stringify(linked)}={trust_level="untrusted"},${JSON.stringify(main)}={trust_level="untrusted"}}`,
  );
});
