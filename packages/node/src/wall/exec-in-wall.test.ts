import { createScratchRepository } from "@breakwater/testkit";
import { describe, expect, it } from "vitest";
import { openRepository } from "../repository/open-repository.ts";
import { execInWall, type WallExecOrder } from "./exec-in-wall.ts";
import { findWallPrograms } from "./find-program.ts";

const FILES = {
  "src/api/a.ts": "a\n",
  "src/index.ts": "index\n",
  "CHANGELOG.md": "changes\n",
  "docs/d.md": "docs\n",
};

async function exec(globs: readonly string[], script: string, more: Partial<WallExecOrder> = {}) {
  const repository = createScratchRepository(FILES);
  try {
    const opened = await openRepository(repository.root);
    if (!opened.ok) throw new Error(opened.failure.message);
    let printed = "";
    const hear = (chunk: Buffer): void => void (printed += chunk.toString("utf8"));
    const done = await execInWall({
      repository: opened.value,
      globs,
      network: "none",
      command: ["/bin/sh", "-c", script],
      env: process.env,
      onStdout: hear,
      onStderr: hear,
      ...more,
    });
    if (!done.ok) throw new Error(done.failure.message);
    return { ...done.value, printed, leftovers: repository.leftovers() };
  } finally {
    repository.dispose();
  }
}

describe("a command in the wall of a fresh workspace", () => {
  it("changes what the scope allows and nothing else", async () => {
    const done = await exec(
      ["src/api/**"],
      "echo n > src/api/new.ts; rm src/api/a.ts; echo n > src/index.ts",
    );
    expect(done).toMatchObject({ hold: "exact", changed: ["src/api/a.ts", "src/api/new.ts"], held: [] });
    expect(done.printed).toContain("Read-only file system");
    expect(done.leftovers).toEqual([]);
  });

  it("holds a scope that is no folder by an overlay and names what it held", async () => {
    const script =
      "rm -rf src; mkdir src; echo n > src/new.ts; sed -i s/c/C/ CHANGELOG.md; echo n > docs/d.md; mkfifo p";
    const done = await exec(["src/*.ts", "CHANGELOG.md"], script);
    expect(done).toMatchObject({
      hold: "contained",
      exitCode: 0,
      changed: ["CHANGELOG.md", "src/index.ts", "src/new.ts"],
      held: ["docs/d.md", "p", "src/api/a.ts"],
    });
  });

  it("says how the command ended", async () => {
    expect(await exec([], "exit 7")).toMatchObject({ exitCode: 7, changed: [], held: [] });
  });

  it("is believed to have run, whatever it does to the files of its home", async () => {
    const script = `rm -rf "$HOME/.breakwater"; test ! -e "$HOME/.breakwater" || exit 8; for fd in 3 4 5 6 7 8 9; do (: >&$fd) 2>/dev/null && exit 9; done; exit 3`;
    expect(await exec([], script)).toMatchObject({ exitCode: 3 });
  });

  const programs = findWallPrograms();
  it.skipIf(programs.landlock === undefined)(
    "names the network as open where its tier cannot cut it, and only there",
    async () => {
      const tier = { programs, userNamespace: false, overlay: false };
      const cut = await exec([], "true", { setup: { ...tier, tier: "landlock+unshare-n" } });
      const uncut = await exec([], "true", { setup: { ...tier, tier: "landlock" } });
      expect(cut.holes).toEqual([]);
      expect(uncut.holes).toEqual([expect.stringMatching(/^network: was to be cut/u)]);
    },
  );

  it("does not come up where its program is not what it was, and nothing weaker takes its place", async () => {
    const setup = {
      tier: "bwrap",
      programs: { bwrap: "/bin/false" },
      userNamespace: false,
      overlay: false,
    } as const;
    await expect(exec([], "true", { setup })).rejects.toThrow("the wall bwrap cannot be relied on now");
  });

  it("refuses a scope that cannot be read before anything starts", async () => {
    await expect(exec(["../x"], "true")).rejects.toThrow("scope entry");
  });
});
