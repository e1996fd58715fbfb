import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { checkBootstrap, bootstrapLockText } from "./bootstrap.ts";
import { configSchema, configTable, writtenValue } from "./config-document.ts";
import { configKeys } from "./config-key.ts";
import type { ConfigKey } from "./config-key.ts";
import { resolvePlatform } from "./platform.ts";
import { readSection } from "./section-text.ts";
import { readSessionConfig } from "./session-config.ts";
import type { ConfigTerms, SessionConfig } from "./session-config.ts";

const roots: string[] = [];

function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "breakwater-config-"));
  roots.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function read(
  lines: string,
  terms: Partial<ConfigTerms> = {},
  files: Readonly<Record<string, string>> = {},
): SessionConfig {
  const root = project({ "CLAUDE.md": `# Project\n\n## Session Config\n\n${lines}\n`, ...files });
  return readSessionConfig(root, { env: {}, ...terms });
}

function valueOf(lines: string, key: ConfigKey): unknown {
  return read(lines).entries[key].value;
}

function codes(config: SessionConfig): readonly string[] {
  return config.diagnostics
    .filter(({ code }) => code !== "BW813")
    .map(({ code, severity }) => `${severity} ${code}`);
}

describe("A setting", () => {
  it.each([
    ["waves: 4", 4],
    ["- waves: 4", 4],
    ["- **waves:** 4", 4],
    ["waves: 4 # c", 4],
    ["```yaml\nwaves: 4\n```", 4],
    ["waves: 4\r", 4],
    ["  waves: 4", 4],
    ["waves: 4\nwaves: 7", 7],
    ["**waves:** 4", 5],
    ["waves:4", 5],
    ["custom:\n  waves: 2\nother: 1", 5],
    ["waves: none", 5],
  ])("%j gives %s waves", (lines, waves) => {
    expect(valueOf(lines, "waves")).toBe(waves);
  });

  it.each([
    ["test-command", 'test-command: "npm run t"', "npm run t"],
    ["test-command", "- test-command: `npm run t` # all", "npm run t"],
    ["test-command", 'test-command: "npm test -- --grep #1"', "npm test -- --grep #1"],
    ["test-command", "test-command: make test TAG=a:b", "make test TAG=a:b"],
    ["enforcement", "enforcement: STRICT", "strict"],
    ["isolation", "isolation: Worktree", "worktree"],
    ["isolation", "isolation: none", "none"],
    ["persistence", "persistence: False", false],
    ["max-turns", "max-turns: auto", "auto"],
    ["max-turns", "max-turns: 12", 12],
    ["agents-per-wave", "agents-per-wave: 6 (deep: 18)", { usual: 6, bySession: { deep: 18 } }],
    ["workspace-copy", "workspace-copy: [a/*.env, b]", ["a/*.env", "b"]],
    ["workspace-copy", "workspace-copy:\n  - `a/*.env`\n  - b # two\n", ["a/*.env", "b"]],
    ["workspace-setup", "workspace-setup: none", undefined],
  ] as const)("%s reads %j", (key, lines, value) => {
    expect(valueOf(lines, key)).toEqual(value);
    expect(codes(read(lines))).toEqual([]);
  });

  it.each([
    "waves: four",
    "waves: -1",
    "waves: 3.5",
    "enforcement: loud",
    "persistence: yes",
    "max-turns: 0",
    "agents-per-wave: 6 (heavy: 2)",
  ])("%j is an error whatever is enforced", (lines) => {
    expect(codes(read(lines))).toEqual(["error BW810"]);
  });

  // conforms: config-fatal, config-mandatory
  it("that breaks a rule or is unknown is an error under strict and a warning otherwise", () => {
    const lines = "waves: 2\nagents-per-wave: 1\nwavs: 3";
    expect(codes(read(lines))).toEqual(["warning BW812", "warning BW812", "warning BW811"]);
    expect(codes(read(`${lines}\nenforcement: off`))).toEqual([
      "warning BW812",
      "warning BW812",
      "warning BW811",
    ]);
    expect(codes(read(`${lines}\nenforcement: strict`))).toEqual([
      "error BW812",
      "error BW812",
      "error BW811",
    ]);
  });

  it("that is misspelt is shown at its line with the key that was meant and an edit", () => {
    const [found] = read("- max-parallel: 2\n- max-turn: 3").diagnostics.filter(
      ({ code }) => code === "BW811",
    );
    expect(found?.message).toBe('unknown key "max-turn" - did you mean "max-turns"?');
    expect(found?.where).toEqual({ file: "CLAUDE.md", line: 6, column: 3, length: 8 });
    expect(found?.edit?.newText).toBe("max-turns");
  });

  it("of another program that reads the section is no mistake", () => {
    expect(codes(read("vault-integration:\n  enabled: true\nspecial: fix #12 now\npencil: none"))).toEqual(
      [],
    );
  });

  it("in bold without a dash is reported, because it is not read", () => {
    expect(codes(read("**waves:** 4"))).toEqual(["warning BW815"]);
  });

  // conforms: gate-skip, gate-commands
  it("for a gate may be missing, which is said once for each, and skip says so on purpose", () => {
    const found = read("- test-command: npm test\n- lint-command: skip").diagnostics;
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "BW813 typecheck-command is missing",
    ]);
  });
});

describe("The section", () => {
  it("ends at the next heading of its level and begins at its exact heading outside of code", () => {
    expect(read("waves: 4\n\n## Next\n\nwaves: 9").entries.waves.value).toBe(4);
    const { section } = readSection(
      "```md\n## Session Config\nwaves: 9\n```\n\n## Session Config\nwaves: 4\n",
      "f",
    );
    expect(section?.settings.map(({ value }) => value.text)).toEqual(["4"]);
  });

  it.each(["##  Session Config", "## Session Config <!-- x -->", "### Session Config", "## session config"])(
    "headed %j is not read, and that is said",
    (heading) => {
      const root = project({ "CLAUDE.md": `${heading}\n\nwaves: 4\n` });
      const config = readSessionConfig(root, { env: {} });
      expect(config.entries.waves).toEqual({ value: 5, origin: "default" });
      expect(codes(config)).toEqual(["warning BW814"]);
    },
  );

  // conforms: config-source, config-codex
  it("comes from one file by platform and never from two", () => {
    const files = {
      "CLAUDE.md": "## Session Config\nwaves: 4\n",
      "AGENTS.md": "## Session Config\nwaves: 6\n",
    };
    expect(readSessionConfig(project(files), { env: {} })).toMatchObject({ file: "CLAUDE.md" });
    expect(readSessionConfig(project(files), { env: { SO_PLATFORM: "codex" } })).toMatchObject({
      file: "AGENTS.md",
    });
    expect(readSessionConfig(project({ ...files, "CLAUDE.md": "\n" }), { env: {} })).toMatchObject({
      file: "AGENTS.md",
    });
    expect(
      readSessionConfig(project({ ...files, "CLAUDE.md": "# Mine\n" }), { env: {} }).sectionLine,
    ).toBeUndefined();
    expect(readSessionConfig(project({ ...files, "CLAUDE.md": "@AGENTS.md\n" }), { env: {} })).toMatchObject({
      file: "AGENTS.md",
    });
    const named = project({ ...files, "docs/other.md": "## Session Config\nwaves: 8\n" });
    expect(readSessionConfig(named, { env: { SO_CONFIG_FILE: "docs/other.md" } }).entries.waves.value).toBe(
      8,
    );
  });

  it("is read without throwing from any text, and places lie inside it", () => {
    const line = oneof(
      string(),
      constantFrom(
        "- waves: 4",
        "waves: x",
        "**a:** b",
        "custom:",
        "  - x",
        "```",
        "- test-command: `a` # b",
        "## Session Config",
      ),
    );
    assert(
      property(array(line, { maxLength: 30 }), (lines) => {
        const text = `## Session Config\n${lines.join("\n")}`;
        const { section, diagnostics } = readSection(text, "f");
        const all = text.split("\n");
        const spans = [
          ...(section?.settings ?? []).flatMap((each) => [each.keySpan, each.value.span]),
          ...diagnostics.map((each) => each.where),
        ];
        for (const span of spans) {
          expect(span.column + span.length - 1).toBeLessThanOrEqual((all[span.line - 1] ?? "").length);
          expect(span.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("A value's origin", () => {
  const local = {
    ".orchestrator/config.local.yaml": "waves: 4\nmax-parallel: 2\nworkspace-copy:\n  - a\n  - b\n",
  };

  it("is the flag, then the environment, then the local file, then the section, then the default", () => {
    const terms = { env: { BREAKWATER_WAVES: "6" }, flags: { waves: "7" } };
    expect(read("waves: 3", terms, local).entries.waves).toEqual({ value: 7, origin: "flag" });
    expect(read("waves: 3", { env: terms.env }, local).entries.waves).toEqual({
      value: 6,
      origin: "environment",
      variable: "BREAKWATER_WAVES",
    });
    expect(read("waves: 3", {}, local).entries.waves).toMatchObject({
      value: 4,
      origin: "local",
      where: { line: 1, column: 8, length: 1 },
    });
    expect(read("waves: 3").entries.waves).toMatchObject({
      value: 3,
      origin: "config",
      where: { file: "CLAUDE.md", line: 5, column: 8 },
    });
    expect(read("").entries.waves).toEqual({ value: 5, origin: "default" });
  });

  it("in the local file is checked like any other", () => {
    expect(read("", {}, local).entries["workspace-copy"].value).toEqual(["a", "b"]);
    expect(codes(read("", {}, { ".orchestrator/config.local.yaml": "waves: x\nwavs: 2\n" }))).toEqual([
      "error BW810",
      "warning BW811",
    ]);
    expect(codes(read("", {}, { ".orchestrator/config.local.yaml": "a: [\n" }))).toEqual(["error BW816"]);
    expect(codes(read("", {}, { ".orchestrator/config.local.yaml": "- a\n" }))).toEqual(["error BW816"]);
  });

  it("takes the commands of a predecessor's gate policy over the section, whole or not at all", () => {
    const file = ".orchestrator/policy/quality-gates.json";
    const under = (policy: unknown): SessionConfig =>
      read("- test-command: a\n- lint-command: b", {}, { [file]: JSON.stringify(policy) });
    const command = 'node -e "1 \\\\ 2" && x';
    const commands = { test: { command, required: true, variants: {} }, typecheck: { command: "skip" } };
    const taken = under({ version: 1, commands });
    const { "test-command": test, "typecheck-command": types, "lint-command": lint } = taken.entries;
    expect([test.value, types.value, lint.value]).toEqual([command, "skip", "b"]);
    expect([codes(taken), test.where?.file]).toEqual([[], file]);
    for (const odd of [
      7,
      { commands },
      { version: 1 },
      { version: 1, commands: { ...commands, format: { command: "x" } } },
      { version: 1, commands: { ...commands, lint: { command: "" } } },
      { version: 1, commands: { test: command } },
    ]) {
      const config = under(odd);
      expect([codes(config), config.entries["test-command"].value]).toEqual([["warning BW838"], "a"]);
    }
  });

  it("of a bad value in the environment names the variable", () => {
    const [found] = read("", { env: { BREAKWATER_WAVES: "many" } }).diagnostics.filter(
      ({ code }) => code === "BW810",
    );
    expect(found?.where.file).toContain("BREAKWATER_WAVES");
  });
});

describe("The platform", () => {
  // conforms: hook-project
  it("is the flag, then SO_PLATFORM, then the host, then the only folder there is", () => {
    const root = project({ ".cursor/x": "" });
    expect(resolvePlatform(root, { flag: "codex", env: { SO_PLATFORM: "claude" } }).platform).toBe("codex");
    expect(resolvePlatform(root, { env: { SO_PLATFORM: "claude", CODEX_PLUGIN_ROOT: "/x" } }).stateDir).toBe(
      ".claude",
    );
    expect(resolvePlatform(root, { env: { CODEX_PLUGIN_ROOT: "/x" } }).platform).toBe("codex");
    expect(resolvePlatform(root, { env: {} }).stateDir).toBe(".cursor");
    mkdirSync(join(root, ".claude"));
    expect(resolvePlatform(root, { env: {} }).stateDir).toBe(".orchestrator");
  });
});

describe("The bootstrap gate", () => {
  const section = "## Session Config\nwaves: 4\n";
  const lock = bootstrapLockText({
    tier: "fast",
    timestamp: "2026-01-02T03:04:05.000Z",
    source: "claude-init",
    version: "0.1.0",
  });

  // conforms: bootstrap-file, bootstrap-section, bootstrap-lock
  it.each([
    [{}, "no-claude-md", "BW820"],
    [{ "CLAUDE.md": " \n" }, "no-claude-md", "BW820"],
    [{ "CLAUDE.md": "# Hi\n" }, "no-session-config", "BW821"],
    [{ "CLAUDE.md": "## Session Configuration\n" }, "no-session-config", "BW821"],
    [{ "CLAUDE.md": section }, "no-bootstrap-lock", "BW822"],
    [{ "CLAUDE.md": section, ".orchestrator/bootstrap.lock": "version: 1\n" }, "invalid-lock", "BW823"],
    [{ "CLAUDE.md": section, ".orchestrator/bootstrap.lock": "a: [" }, "invalid-lock", "BW823"],
    [
      { "CLAUDE.md": section, ".orchestrator/bootstrap.lock": lock.replace("fast", "huge") },
      "invalid-lock",
      "BW823",
    ],
    [
      { "CLAUDE.md": section, ".orchestrator/bootstrap.lock": lock.replace("version: 1", "version: 2") },
      "invalid-lock",
      "BW823",
    ],
    [
      {
        "CLAUDE.md": section,
        ".orchestrator/bootstrap.lock": lock.replace(/timestamp:.*/, "timestamp: soon"),
      },
      "invalid-lock",
      "BW823",
    ],
  ] as const)("is closed for %j", (files, reason, code) => {
    const gate = checkBootstrap(project(files), { env: {} });
    expect(gate).toMatchObject({ open: false, reason, failure: { code } });
  });

  it("is open with an instruction file, its section and a lock", () => {
    const root = project({ "AGENTS.md": section, ".orchestrator/bootstrap.lock": lock });
    expect(checkBootstrap(root, { env: {} })).toEqual({ open: true, tier: "fast", file: "AGENTS.md" });
  });
});

describe("The documentation of the keys", () => {
  const docs = join(import.meta.dirname, "../../../../docs/spec");

  it("is the table that the parser uses", () => {
    expect(readFileSync(join(docs, "config.md"), "utf8")).toContain(configTable());
    expect(JSON.parse(readFileSync(join(docs, "config.schema.json"), "utf8"))).toEqual(configSchema());
  });

  // conforms: config-all-keys
  it("shows each default in a form that reads back", () => {
    for (const key of configKeys()) {
      const { value } = read("").entries[key];
      if (value === undefined || writtenValue(value) === "") continue;
      expect(read(`- ${key}: ${writtenValue(value)}`).entries[key]).toMatchObject({
        value,
        origin: "config",
      });
    }
  });
});
