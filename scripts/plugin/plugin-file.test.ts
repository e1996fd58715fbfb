import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOST_EVENTS, type HookHost } from "./host-event.ts";
import { HOOK_TABLE, PLUGINS } from "./host-table.ts";
import { pluginFiles } from "./plugin-file.ts";

const root = join(import.meta.dirname, "../..");
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(root, "packages/cli/package.json"), "utf8"),
);
const files = pluginFiles(version);
const read = (path: string): Record<string, unknown> => JSON.parse(files.get(path) ?? "");

function committed(folder: string, below = ""): readonly string[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? committed(folder, path) : [path];
  });
}

describe("The committed plugins", () => {
  const folder = join(root, "plugins");

  it("are what the tables give, byte for byte (npm run plugins writes them anew)", () => {
    for (const [path, text] of files)
      expect([path, readFileSync(join(folder, path), "utf8")]).toEqual([path, text]);
  });

  it("hold no file that no table gives", () => {
    expect(committed(folder).toSorted()).toEqual([...files.keys()].toSorted());
  });
});

describe("The hooks of a plugin", () => {
  const hosts = Object.keys(HOOK_TABLE) as readonly HookHost[];

  // conforms: hook-registration
  it.each(hosts)("name only events that %s dispatches", (host) => {
    const { hooks } = read(`${host}/hooks/hooks.json`) as { readonly hooks: object };
    expect(Object.keys(hooks).length).toBeGreaterThan(0);
    for (const event of Object.keys(hooks)) expect(HOST_EVENTS[host]).toContain(event);
  });

  it("block the call where the guard cannot be run, in hosts that can be told so", () => {
    const claude = JSON.stringify(read("claude/hooks/hooks.json"));
    expect(claude).toContain(
      '"command":"breakwater","args":["hook","--protocol","claude"],"timeout":10,"onFailure":"block"',
    );
    const cursor = JSON.stringify(read("cursor/hooks/hooks.json"));
    expect(cursor).toContain('"timeout":10,"failClosed":true');
  });

  it.each(hosts)("each have a timeout, because one that hangs would hold %s up for ever", (host) => {
    for (const { timeout } of HOOK_TABLE[host]) expect(timeout).toBeLessThanOrEqual(10);
  });
});

describe("The manifests of the plugins", () => {
  it("say name, version, description, author and license in each host's place", () => {
    for (const path of [
      "claude/.claude-plugin/plugin.json",
      "codex/.codex-plugin/plugin.json",
      "cursor/.cursor-plugin/plugin.json",
      "agent-plugin/plugin.json",
    ])
      expect(read(path)).toMatchObject({
        name: "breakwater",
        version,
        description: expect.any(String),
        author: { name: expect.any(String) },
        license: "MIT",
      });
  });

  it("of the portable form have no field but those of its closed schema", () => {
    const known = ["$schema", "name", "version", "description", "author", "license", "keywords"];
    expect(Object.keys(read("agent-plugin/plugin.json")).toSorted()).toEqual(known.toSorted());
  });
});

describe("The MCP servers of the plugins", () => {
  it("are breakwater mcp, in each host's place and form", () => {
    const server = { command: "breakwater", args: ["mcp", "--requests"] };
    for (const path of ["claude/.mcp.json", "codex/.mcp.json", "cursor/mcp.json"])
      expect(read(path)).toEqual({ mcpServers: { breakwater: server } });
    expect(read("agent-plugin/mcp.json")).toEqual({
      $schema: "https://agentplugins.org/schemas/1.0.0/mcp.schema.json",
      mcpServers: { breakwater: { type: "stdio", ...server } },
    });
  });
});

describe("The commands of a plugin", () => {
  const texts = [...files].filter(([path]) => path.endsWith(".md"));

  it("are session, go and close in every plugin", () => {
    for (const plugin of PLUGINS)
      expect(
        texts
          .filter(([path]) => path.startsWith(`${plugin}/`))
          .map(([path]) => /(session|go|close)/u.exec(path)?.[1])
          .toSorted(),
      ).toEqual(["close", "go", "session"]);
  });

  it("bear the name of their folder and a description that skills allow", () => {
    for (const [path, text] of texts) {
      const [, front = ""] = text.split("---\n");
      const name = /^name: (.+)$/mu.exec(front)?.[1];
      const description: string = JSON.parse(/^description: (.+)$/mu.exec(front)?.[1] ?? "");
      expect(path).toMatch(new RegExp(`/${name}(/SKILL)?\\.md$`, "u"));
      expect(description.length).toBeLessThanOrEqual(1_024);
    }
  });

  it("leave every question to the person and pass no refusal by", () => {
    for (const [, text] of texts) {
      expect(text).toContain("Questions are the person's");
      expect(text).toContain("Never pass a refusal by");
      expect(text).not.toMatch(
        /--(?:yes|force|allow-dirty|accept-red|accept-unguarded|unattended)\b(?!` only if)/u,
      );
    }
  });
});
