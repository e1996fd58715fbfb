import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProfiles } from "./read-profiles.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "profiles-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const page = (front: string, body = "Think first."): string => `---\n${front}\n---\n\n${body}\n`;

describe("The profiles of a project", () => {
  it("are none without a folder", () => {
    expect(readProfiles(root, ".claude")).toEqual([]);
  });

  it("have name, description, tools, model and text; the name of the file stands in for a missing one", () => {
    put(".claude/agents/b.md", page("name: db\ndescription: Queries\ntools: Read, Edit\nmodel: opus"));
    put(".claude/agents/a.md", page("description: Pages\ntools: [Read]\nmodel: inherit"));
    expect(readProfiles(root, ".claude")).toEqual([
      { name: "a", description: "Pages", tools: ["Read"], body: "Think first." },
      { name: "db", description: "Queries", tools: ["Read", "Edit"], model: "opus", body: "Think first." },
    ]);
  });

  it("are read where the front matter is no YAML", () => {
    put(".codex/agents/x.md", page("name: x\ndescription: Use this: when a page is slow"));
    expect(readProfiles(root, ".codex")).toMatchObject([{ description: "Use this: when a page is slow" }]);
  });

  it("leave out what is reference, nameless, without text, too large or no plain name", () => {
    put(".claude/agents/a.md", page("name: a\ndescription: Reference documentation of the schema"));
    put(".claude/agents/b.md", "No front matter\n");
    put(".claude/agents/c.md", page("name: c\ndescription: x", ""));
    put(".claude/agents/d.md", page("name: d\ndescription: x", "x".repeat(40_000)));
    put(".claude/agents/e.md", page("name: ../e\ndescription: x"));
    put(".claude/agents/f.txt", page("name: f\ndescription: x"));
    expect(readProfiles(root, ".claude")).toEqual([]);
  });

  it("never come over a link, because a prompt would carry the file of somebody else", () => {
    put("elsewhere/secret.md", page("name: s\ndescription: x"));
    mkdirSync(join(root, "project/.claude/agents"), { recursive: true });
    symlinkSync(join(root, "elsewhere/secret.md"), join(root, "project/.claude/agents/s.md"));
    expect(readProfiles(join(root, "project"), ".claude")).toEqual([]);
    mkdirSync(join(root, "project/.codex"));
    symlinkSync(join(root, "elsewhere"), join(root, "project/.codex/agents"));
    expect(readProfiles(join(root, "project"), ".codex")).toEqual([]);
  });
});
