import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScratchRepository } from "@breakwater/testkit";
import type { ScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { runCaptured } from "../captured-run.ts";
import type { CapturedRun, CapturedSetting } from "../captured-run.ts";

const plan = `---
breakwater: 1
title: Two things
session: feature
budget: { minutes: 30 }
agents: { default: scripted }
wall: preferred
---

## Wave 1: Impl-Core

### T1 First
- role: impl-core
- scope: \`src/a.js\`
- verify: \`node --check src/a.js\`
- done when: the file exports a function

### T2 Second
- role: impl-core
- scope: \`src/b.js\`
- verify: \`node --check src/b.js\`
- done when: the file exports a function
`;

const settings =
  "# Project\n\n## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n";

const repositories: ScratchRepository[] = [];

function repository(files: Readonly<Record<string, string>> = {}): ScratchRepository {
  const made = createScratchRepository({ "src/a.js": "1\n", "src/b.js": "2\n", ...files });
  repositories.push(made);
  return made;
}

afterEach(() => {
  for (const each of repositories.splice(0)) each.dispose();
});

function breakwater(root: string, line: string, setting: CapturedSetting = {}): Promise<CapturedRun> {
  return runCaptured(line.split(" "), { cwd: root, ...setting });
}

async function json(
  root: string,
  line: string,
  setting: CapturedSetting = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await breakwater(root, `${line} --json`, setting);
  const value: unknown = JSON.parse(stdout);
  expect(schemaFaults(value)).toEqual([]);
  if (typeof value !== "object" || value === null)
    throw new Error(`Reading the output of ${line}: no object`);
  return { ...value };
}

describe("plan", () => {
  it("lint accepts a good plan and refuses a bad one at its line, with an edit that --fix applies", async () => {
    const { root } = repository({
      "CLAUDE.md": settings,
      "good.plan.md": plan,
      "bad.plan.md": plan.replace("- role: impl-core", "- rol: impl-core"),
    });
    expect(await breakwater(root, "plan lint good.plan.md")).toMatchObject({
      code: 0,
      stdout: "good.plan.md: nothing to say\n",
    });
    const bad = await breakwater(root, "plan lint bad.plan.md");
    expect(bad.code).toBe(3);
    expect(bad.stdout).toContain("error BW112");
    expect(bad.stdout).toContain("--> bad.plan.md:13:3");
    expect(bad.stdout).toContain("| - rol: impl-core");
    expect(await json(root, "plan lint bad.plan.md")).toMatchObject({
      type: "plan.lint",
      ok: false,
      file: "bad.plan.md",
    });
    expect((await breakwater(root, "plan lint bad.plan.md --fix")).code).toBe(0);
    expect(readFileSync(join(root, "bad.plan.md"), "utf8")).toBe(plan);
  });

  it("show lists waves, scopes, gates and the hash, and says whether it is approved", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "x.plan.md": plan });
    const { code, stdout } = await breakwater(root, "plan show x.plan.md");
    expect(code).toBe(0);
    expect(stdout).toMatch(/wave 1 {2}Impl-Core/);
    expect(stdout).toContain("scopes: T1, T2 have no file in common");
    expect(stdout).toContain("test: npm test");
    expect(stdout).toMatch(/hash {5}[0-9a-f]{64}/);
    expect(stdout).toContain("approved no; breakwater plan approve x.plan.md");
    for (const line of stdout.split("\n").filter((each) => !/^(?:hash|approved)/.test(each)))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it("approve records who agreed to exactly this content, and a changed plan is another one", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "x.plan.md": plan });
    expect((await breakwater(root, "plan approve x.plan.md")).code).toBe(0);
    expect((await breakwater(root, "plan show x.plan.md")).stdout).toMatch(
      /approved \S+, 2026-01-02T03:04:05/,
    );
    writeFileSync(join(root, "x.plan.md"), plan.replace("First", "Other"));
    expect((await breakwater(root, "plan show x.plan.md")).stdout).toContain("approved no;");
    const wrong = await breakwater(root, "plan approve x.plan.md --hash 000000");
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining("BW834") });
  });

  it("approve refuses an agent, because who writes a plan cannot agree to it", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "x.plan.md": plan });
    const run = await breakwater(root, "plan approve x.plan.md", { env: { CLAUDECODE: "1" } });
    expect(run).toMatchObject({ code: 7, stderr: expect.stringContaining("BW017") });
    expect(existsSync(join(root, ".orchestrator"))).toBe(false);
  });

  it("convert goes to YAML and back with the same hash", async () => {
    const { root } = repository({ "CLAUDE.md": settings, "x.plan.md": plan });
    const yaml = await breakwater(root, "plan convert x.plan.md --to yaml");
    writeFileSync(join(root, "y.plan.yaml"), yaml.stdout);
    const [one, two] = [await json(root, "plan lint x.plan.md"), await json(root, "plan lint y.plan.yaml")];
    expect(one["hash"]).toBe(two["hash"]);
  });

  it("new writes a skeleton that lints without errors and keeps an existing file", async () => {
    const { root } = repository({ "CLAUDE.md": settings });
    expect((await breakwater(root, "plan new Limits --out plans/l.plan.md")).code).toBe(0);
    expect(await json(root, "plan lint plans/l.plan.md")).toMatchObject({ errors: 0 });
    expect(await breakwater(root, "plan new Limits --out plans/l.plan.md")).toMatchObject({ code: 2 });
  });

  it("takes its limits from the configuration, and a plan's own values beat the section", async () => {
    const limits = `${settings}- max-parallel: 2\n- agents-per-wave: 4 (feature: 3)\n- max-turns: 9\n`;
    const { root } = repository({
      "CLAUDE.md": limits,
      "x.plan.md": plan,
      "y.plan.md": plan.replace("session:", "max-turns: 11\nsession:"),
    });
    expect(await json(root, "plan show x.plan.md")).toMatchObject({
      schedule: { maxParallel: 2, agentsPerWave: 3, tasks: [{ limits: { turns: 9 } }, {}] },
    });
    expect(await json(root, "plan show y.plan.md")).toMatchObject({
      schedule: { tasks: [{ limits: { turns: 11 } }, {}] },
    });
    const env = { BREAKWATER_MAX_TURNS: "13" };
    expect(await json(root, "plan show y.plan.md", { env })).toMatchObject({
      schedule: { tasks: [{ limits: { turns: 13 } }, {}] },
    });
  });
});

describe("config", () => {
  it("shows every setting with its origin and explains one", async () => {
    const { root } = repository({ "CLAUDE.md": `${settings}- waves: 4\n` });
    const shown = await breakwater(root, "config show", { env: { BREAKWATER_MAX_PARALLEL: "2" } });
    expect(shown.stdout).toMatch(/^waves +4 +CLAUDE\.md:8$/m);
    expect(shown.stdout).toMatch(/^max-parallel +2 +BREAKWATER_MAX_PARALLEL$/m);
    expect(await json(root, "config show")).toMatchObject({
      settings: { waves: { value: 4, origin: "config" } },
    });
    expect(await json(root, "config explain waves")).toMatchObject({ value: 4, origin: "config" });
    expect(await breakwater(root, "config explain wave")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("did you mean KEY waves?"),
    });
  });

  it("check refuses a bad value with exit code 3 and lets a warning pass", async () => {
    const { root } = repository({ "CLAUDE.md": `${settings}- wavs: 4\n` });
    expect(await json(root, "config check")).toMatchObject({ ok: true, errors: 0, warnings: 1 });
    writeFileSync(join(root, "CLAUDE.md"), `${settings}- waves: many\n`);
    const run = await breakwater(root, "config check");
    expect(run).toMatchObject({ code: 3, stdout: expect.stringContaining("| - waves: many") });
  });
});

describe("config, wherever it is asked for,", () => {
  // conforms: config-walk
  it("is that of the root above, of a file that is named, or of the one in the environment", async () => {
    const other = `${settings}- waves: 8\n`;
    const { root } = repository({ "CLAUDE.md": `${settings}- waves: 4\n`, "docs/other.md": other });
    const wavesOf = async (folder: string, env = {}): Promise<unknown> =>
      (await json(folder, "config explain waves", { env }))["value"];
    expect(await wavesOf(join(root, "src"))).toBe(4);
    expect(await wavesOf(join(root, "src"), { SO_CONFIG_FILE: "docs/other.md" })).toBe(8);
    expect(await json(join(root, "src"), "config check ../docs/other.md")).toMatchObject({
      file: "../docs/other.md",
      ok: true,
    });
  });

  // conforms: config-none
  it("is the defaults where there is no section", async () => {
    const { root } = repository({ "CLAUDE.md": "# Project\n" });
    expect(await json(root, "config show --all")).toMatchObject({
      settings: {
        waves: { value: 5, origin: "default" },
        "agents-per-wave": { value: { usual: 6 }, origin: "default" },
      },
    });
  });

  // conforms: config-session-type
  it("has no key for the type of a session, which is an argument", async () => {
    const { root } = repository({ "CLAUDE.md": `${settings}- session-type: deep\n` });
    expect((await breakwater(root, "config check")).stdout).toContain('unknown key "session-type"');
    expect(await breakwater(root, "session deeep --goal x")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("deep"),
    });
  });

  // conforms: config-worktree-exclude, post-edit
  it("says of a key whose work is done otherwise here that nothing is done by it", async () => {
    const { root } = repository({ "CLAUDE.md": settings });
    for (const key of ["worktree-exclude", "enforcement-gates"]) {
      expect((await breakwater(root, `config explain ${key}`)).stdout).toContain("acted on no;");
      expect(await json(root, `config explain ${key}`)).toMatchObject({ acted: false });
    }
  });
});

describe("go", () => {
  it("refuses a command policy that cannot be read, before it asks or starts anything", async () => {
    const { root } = repository({
      "CLAUDE.md": settings,
      "a.plan.md": plan,
      ".orchestrator/policy/blocked-commands.json": "{",
    });
    expect((await breakwater(root, "init --tier fast --yes")).code).toBe(0);
    const { code, stderr } = await breakwater(root, "go a.plan.md --no-input");
    expect([code, stderr]).toEqual([3, expect.stringContaining("BW780")]);
  });
});

describe("scope", () => {
  it("answers from stdin and arguments, by exit code too", async () => {
    const { root } = repository();
    const stdin = JSON.stringify({ T1: ["src/**"], T2: ["src/a.js"] });
    expect(await json(root, "scope disjoint", { stdin })).toMatchObject({
      disjoint: false,
      collisions: [{ on: "file" }],
    });
    expect((await breakwater(root, "scope disjoint", { stdin })).code).toBe(3);
    expect(await breakwater(root, "scope union", { stdin })).toMatchObject({
      code: 0,
      stdout: "src/**\nsrc/a.js\n",
    });
    expect(await breakwater(root, "scope union", { stdin: "no" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("BW018"),
    });
    expect((await breakwater(root, "scope validate src/**")).code).toBe(0);
    expect(await json(root, "scope validate ../x")).toMatchObject({
      valid: false,
      errors: [{ code: "BW210" }],
    });
    expect(await json(root, "scope explain src/a.js src/**")).toMatchObject({ verdict: { kind: "allowed" } });
    expect((await breakwater(root, "scope explain .git/config **")).code).toBe(3);
  });
});

describe("scope manifest", () => {
  const sound = {
    wave: 1,
    role: "Impl-Core",
    enforcement: "strict",
    allowedPaths: ["src/**"],
    blockedCommands: ["rm -rf"],
  };
  const judged = async (manifest: unknown): Promise<CapturedRun> => {
    const stdin = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
    return breakwater(repository().root, "scope manifest", { stdin });
  };

  // conforms: manifest-validator
  it("names each fault on a line of its own, and prints a sound manifest again", async () => {
    expect(await judged(sound)).toEqual({ code: 0, stdout: JSON.stringify(sound), stderr: "" });
    expect(await judged("{}")).toEqual({
      code: 3,
      stdout: "",
      stderr: ["wave", "role", "enforcement", "allowedPaths", "blockedCommands"]
        .map((name) => `ERROR: ${name} is missing\n`)
        .join(""),
    });
    const broken = {
      wave: 0,
      role: "",
      enforcement: "hard",
      allowedPaths: ["../x", "", "/etc", 3],
      blockedCommands: "rm",
      gates: { "path-guard": "no" },
    };
    const { code, stderr } = await judged(broken);
    expect(code).toBe(3);
    expect(stderr.trimEnd().split("\n")).toEqual([
      "ERROR: wave must be a positive integer",
      "ERROR: role must be a non-empty string",
      "ERROR: enforcement must be one of strict, warn, off",
      "ERROR: blockedCommands must be an array",
      "ERROR: allowedPaths[0] leaves the repository: ../x",
      "ERROR: allowedPaths[1] is empty",
      "ERROR: allowedPaths[2] is absolute: /etc",
      "ERROR: allowedPaths[3] must be a string",
      "ERROR: gates.path-guard must be true or false",
    ]);
    expect(await judged("nothing")).toMatchObject({ code: 3, stderr: "ERROR: the manifest is not JSON\n" });
    expect(await judged({ ...sound, allowedPaths: ["**/*"] })).toMatchObject({
      code: 0,
      stderr: "WARNING: allowedPaths: **/* permits almost everything\n",
    });
    const { root } = repository();
    expect(await json(root, "scope manifest", { stdin: "[]" })).toMatchObject({ valid: false });
    expect(await breakwater(root, "scope manifest none.json")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("BW018"),
    });
  });
});

describe("init", () => {
  const project = {
    "package.json": JSON.stringify({ scripts: { test: "node -e 0", lint: "no-such-linter-here ." } }),
  };

  // conforms: bootstrap-lock-keys
  it("tries the commands it finds and writes section, lock and excludes, which opens the gate", async () => {
    const { root, git } = repository({ ...project, "AGENTS.md": "# Agents\n\nBe kind.\n" });
    const run = await breakwater(root, "init --tier fast --yes");
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/test-command +npm test {2}\(package\.json\): green/);
    expect(run.stderr).toMatch(/lint-command .*: its program was not found/);
    expect(readFileSync(join(root, "AGENTS.md"), "utf8")).toBe(
      "# Agents\n\nBe kind.\n\n## Session Config\n\n- test-command: npm test\n- typecheck-command: skip\n- lint-command: skip\n",
    );
    expect(git("status", "--porcelain", "-uall").trim().split("\n")).toEqual([
      "M AGENTS.md",
      "?? .gitignore",
      "?? .orchestrator/bootstrap.lock",
      "?? README.md",
    ]);
    expect(await json(root, "doctor")).toMatchObject({ ok: true });
    expect((await breakwater(root, "init --yes")).stdout).toContain("nothing to write");
  });

  it("--dry-run runs and writes nothing and shows every line", async () => {
    const { root, git } = repository({ "package.json": JSON.stringify({ scripts: { test: "touch ran" } }) });
    const run = await breakwater(root, "init --dry-run");
    expect(run.stdout).toContain("+- test-command: npm test");
    expect(run.stdout).toContain("+tier: fast");
    expect(git("status", "--porcelain")).toBe("");
  });

  it("asks before it writes, and says how to agree where nobody can be asked", async () => {
    const { root, git } = repository(project);
    expect(await breakwater(root, "init --no-run")).toMatchObject({
      code: 7,
      stderr: expect.stringContaining("--yes"),
    });
    expect(git("status", "--porcelain")).toBe("");
  });

  it("--undo takes back what it wrote, and nothing that was changed since", async () => {
    const { root, git } = repository(project);
    await breakwater(root, "init --yes --no-run");
    writeFileSync(join(root, "AGENTS.md"), "mine\n");
    expect(await breakwater(root, "init --undo")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW833"),
    });
    expect(readFileSync(join(root, "AGENTS.md"), "utf8")).toBe("mine\n");
    expect(existsSync(join(root, ".orchestrator/bootstrap.lock"))).toBe(true);
    const second = repository({ ...project, "CLAUDE.md": "# Mine\n" });
    await breakwater(second.root, "init --yes --no-run");
    expect((await breakwater(second.root, "init --undo")).code).toBe(0);
    expect(second.git("status", "--porcelain")).toBe("");
    expect(git("status", "--porcelain")).not.toBe("");
  });

  // conforms: bootstrap-tiers
  it("brings what a tier needs where it is missing, and a higher tier later", async () => {
    const { root, git } = repository({ "README.md": "# Mine\n" });
    const run = await breakwater(root, "init --tier standard --archetype python-uv --yes --no-run");
    expect(run.code).toBe(0);
    expect(readFileSync(join(root, "README.md"), "utf8")).toBe("# Mine\n");
    expect(readFileSync(join(root, "AGENTS.md"), "utf8")).toContain("- test-command: uv run pytest");
    expect(readFileSync(join(root, ".orchestrator/bootstrap.lock"), "utf8")).toContain(
      "archetype: python-uv",
    );
    expect(existsSync(join(root, "pyproject.toml"))).toBe(true);
    expect(existsSync(join(root, "CHANGELOG.md"))).toBe(false);
    expect((await breakwater(root, "init --tier fast --yes")).stdout).toContain("nothing to write");
    expect((await breakwater(root, "init --tier deep --yes")).code).toBe(0);
    expect(existsSync(join(root, ".github/workflows/ci.yml"))).toBe(true);
    expect(readFileSync(join(root, ".orchestrator/bootstrap.lock"), "utf8")).toMatch(
      /tier: deep\narchetype: python-uv\n[^]*refreshed-at: /,
    );
    expect((await breakwater(root, "init --undo")).code).toBe(0);
    expect(existsSync(join(root, "CHANGELOG.md"))).toBe(false);
    expect(git("status", "--porcelain", "README.md")).toBe("");
  });

  it("begins a project of Next.js", async () => {
    const { root } = repository();
    expect(
      (await breakwater(root, "init --tier standard --archetype nextjs-minimal --yes --no-run")).code,
    ).toBe(0);
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(Object.keys(manifest.dependencies)).toEqual(["next", "react", "react-dom"]);
    for (const file of ["app/layout.tsx", "app/page.tsx", "test/index.test.ts"])
      expect(existsSync(join(root, file))).toBe(true);
    expect((await breakwater(root, "init --undo")).code).toBe(0);
    expect(existsSync(join(root, "app/page.tsx"))).toBe(false);
  });

  it("--retroactive writes the record alone, and only where a section is there", async () => {
    const { root, git } = repository({ "CLAUDE.md": settings });
    expect((await breakwater(root, "init --retroactive --yes")).code).toBe(0);
    expect(git("status", "--porcelain", "-uall").trim()).toBe("?? .orchestrator/bootstrap.lock");
    expect(readFileSync(join(root, ".orchestrator/bootstrap.lock"), "utf8")).toContain("source: retroactive");
    expect((await breakwater(root, "init --refresh --yes")).code).toBe(0);
    expect(readFileSync(join(root, ".orchestrator/bootstrap.lock"), "utf8")).toContain("refreshed-at: ");
    const bare = repository();
    expect(await breakwater(bare.root, "init --retroactive --yes")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW827"),
    });
    expect(await breakwater(bare.root, "init --refresh --yes")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW828"),
    });
  });

  it("follows no link out of the repository", async () => {
    const { root, home } = repository(project);
    writeFileSync(join(home, "outside.md"), "theirs\n");
    symlinkSync(join(home, "outside.md"), join(root, "AGENTS.md"));
    expect((await breakwater(root, "init --yes --no-run")).code).toBe(3);
    expect(readFileSync(join(home, "outside.md"), "utf8")).toBe("theirs\n");
  });

  // conforms: bootstrap-once
  it("is the one command that a closed gate names, and go has no way past it", async () => {
    const { root } = repository({ "plan.md": plan });
    for (const flags of ["", " --yes", " --allow-dirty --yes --unattended", " --force --yes"]) {
      const run = await breakwater(root, `go plan.md${flags}`);
      expect(run.code).toBe(3);
      expect(run.stderr).toContain("BW820");
      expect(run.stderr).toContain("breakwater init --tier fast");
    }
    expect(existsSync(join(root, ".orchestrator"))).toBe(false);
  });

  it("--undo touches no file that init does not write, whatever its record says", async () => {
    const { root } = repository(project);
    mkdirSync(join(root, ".orchestrator/runtime"), { recursive: true });
    const changes = [{ path: "../victim", after: "x" }];
    writeFileSync(join(root, "../victim"), "x");
    writeFileSync(join(root, ".orchestrator/runtime/init.json"), JSON.stringify({ v: 1, changes }));
    expect((await breakwater(root, "init --undo")).code).toBe(3);
    expect(existsSync(join(root, "../victim"))).toBe(true);
  });

  it("takes back the first file where the second cannot be written", async () => {
    const { root, git } = repository({ ...project, ".orchestrator": "a file in the way\n" });
    expect(await breakwater(root, "init --yes --no-run")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("BW832"),
    });
    expect(git("status", "--porcelain")).toBe("");
  });
});

describe("doctor", () => {
  it("names each problem with its fix and tells the environment from the project by exit code", async () => {
    const { root, home } = repository();
    const here = await breakwater(root, "doctor");
    expect(here.code).toBe(3);
    expect(here.stdout).toMatch(/✗ bootstrap .*\n +fix: breakwater init --tier fast/);
    expect(here.stdout).toMatch(/[✓!] wall /u);
    expect(here.stdout).toMatch(/✓ guard +asked about every tool call/);
    expect((await breakwater(home, "doctor")).code).toBe(8);
    expect(await json(home, "doctor")).toMatchObject({ ok: false });
  });

  it("--gates runs the checks and says which are red", async () => {
    const { root } = repository({ "CLAUDE.md": settings.replace("npm test", "exit 5") });
    expect((await breakwater(root, "doctor --gates")).stdout).toMatch(
      /! gate test .*exit 5: red in .*\(exit 5\)/,
    );
  });
});

describe("Without a command", () => {
  it("three lines say where the project stands and what comes next", async () => {
    const { root, home } = repository();
    expect((await runCaptured([], { cwd: root })).stdout.trimEnd().split("\n")).toHaveLength(3);
    expect((await runCaptured([], { cwd: root })).stdout).toContain("next     breakwater init --tier fast");
    expect(await json(home, "overview")).toMatchObject({ next: "breakwater demo" });
  });
});

type Schema = Readonly<Record<string, unknown>>;

const eventSchema: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../docs/spec/events.schema.json"), "utf8"),
);

/** What is wrong with a line by the published schema, as far as that schema uses JSON Schema. */
function schemaFaults(value: unknown, schema: unknown = eventSchema, path = "$"): readonly string[] {
  if (!isObject(schema)) return [];
  const { type, const: only, enum: words, pattern, properties, required, items, allOf } = schema;
  const faults: string[] = [];
  if (typeof type === "string" && !hasType(value, type)) return [`${path} is no ${type}`];
  if (only !== undefined && value !== only) faults.push(`${path} is not ${JSON.stringify(only)}`);
  if (Array.isArray(words) && !words.includes(value)) faults.push(`${path} is none of ${words.join(", ")}`);
  if (typeof pattern === "string" && typeof value === "string" && !new RegExp(pattern).test(value))
    faults.push(`${path} has another form`);
  if (isObject(value)) {
    for (const name of Array.isArray(required) ? required : [])
      if (!(String(name) in value)) faults.push(`${path}.${String(name)} is missing`);
    for (const [name, each] of Object.entries(isObject(properties) ? properties : {})) {
      if (name in value) faults.push(...schemaFaults(value[name], each, `${path}.${name}`));
    }
  }
  if (Array.isArray(value))
    value.forEach((each, at) => faults.push(...schemaFaults(each, items, `${path}[${at}]`)));
  for (const branch of Array.isArray(allOf) ? allOf : []) {
    if (isObject(branch) && schemaFaults(value, branch["if"], path).length === 0)
      faults.push(...schemaFaults(value, branch["then"], path));
  }
  return faults;
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return type === "object" ? isObject(value) : typeof value === type;
}

describe("The published schema", () => {
  it("refuses a line that lacks what its type has", () => {
    expect(schemaFaults({ v: 1, type: "doctor", ok: true })).toEqual(["$.findings is missing"]);
    expect(schemaFaults({ v: 2, type: "doctor", ok: "yes", findings: [] })).toHaveLength(2);
    expect(schemaFaults({ v: 1, type: "something.new" })).toEqual([]);
  });
});
