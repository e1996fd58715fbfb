import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const home = mkdtempSync(join(tmpdir(), "breakwater-bundle-"));
const environment = { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" };

/** Runs a shell line in which `$BW` is the bundled programme. */
function shell(line: string, entry = join(home, "bin", "breakwater.cjs")) {
  const ended = spawnSync("bash", ["-o", "pipefail", "-c", line], {
    cwd: home,
    encoding: "utf8",
    env: { ...environment, BW: `${process.execPath} ${entry}` },
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

/** The modules of ours that a command line loads behind its entry, and the slow ones of Node. */
function loadsOf(words: string, folder = home): readonly string[] {
  const counter = join(home, "count.cjs");
  writeFileSync(counter, COUNT_LOADS);
  const entry = join(home, "bin", "breakwater.cjs");
  const ended = shell(
    `cd ${folder} && ${process.execPath} -r ${counter} ${entry} ${words} | cat > /dev/null`,
  );
  const loads: readonly string[] = JSON.parse(ended.stderr.trim().split("\n").at(-1) ?? "[]");
  return loads.filter((name) => /^\.|^native:/.test(name));
}

/** Tells at the end, on stderr, what the programme has loaded. */
const COUNT_LOADS = `const Module = require("node:module");
const load = Module._load;
const loads = new Set();
Module._load = function (name, ...rest) { loads.add(name); return load.call(this, name, ...rest); };
process.on("exit", () => {
  for (const name of ["internal/fs/promises", "net", "tty", "child_process", "http"])
    if (process.moduleLoadList.includes("NativeModule " + name)) loads.add("native:" + name);
  process._rawDebug(JSON.stringify([...loads]));
});
`;

const GIT_INIT =
  "git init -q -b main && git config user.name A && git config user.email a@example.org && git add -A && git commit -qm plan";

const PLAN = `---
breakwater: 1
title: Write a note
agents: { default: scripted }
wall: "off"
---

## Wave 1: Finalization

### T1 Note
- scope: \`note.txt\`
- verify: \`test -s note.txt\`
- done when: note.txt is there

\`\`\`script
[{ "write": "note.txt", "content": ["a note"] }, { "report": "done", "summary": "noted" }]
\`\`\`
`;

beforeAll(() => {
  const made = spawnSync(
    process.execPath,
    [join(packageFolder, "../../scripts/bundle.mjs"), join(home, "dist")],
    {
      cwd: packageFolder,
      encoding: "utf8",
      env: environment,
    },
  );
  if (made.status !== 0) throw new Error(`Bundling: ${made.stderr}`);
  for (const each of ["package.json", "bin"])
    cpSync(join(packageFolder, each), join(home, each), { recursive: true });
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("The bundled programme", () => {
  it("answers --version from its entry alone, and --help with what the help needs", () => {
    const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
    expect(shell("$BW --version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(loadsOf("--version")).toEqual(["../dist/main.cjs"]);
    const help = shell("$BW --help");
    expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("plan lint") });
    expect(loadsOf("--help").length).toBeLessThanOrEqual(4);
    expect(shell("$BW -h").stdout.split("\n").length).toBeLessThanOrEqual(24);
  });

  describe("with a session", () => {
    const project = join(home, "project");
    beforeAll(() => {
      mkdirSync(project);
      writeFileSync(join(project, "note.plan.md"), PLAN);
      const made =
        shell(`cd ${project} && ${GIT_INIT} && $BW init --tier fast --yes && git add -A && git commit -qm set-up \
        && $BW plan approve note.plan.md && $BW go note.plan.md`);
      if (made.code !== 0) throw new Error(`Making a session: ${made.stderr}`);
    });
    const session = (): string => {
      const folder = join(project, ".orchestrator", "sessions");
      return join(folder, readdirSync(folder)[0] ?? "");
    };

    it("answers status from what is kept, in one small file and without a part of Node that takes long", () => {
      expect(shell(`cd ${project} && $BW status`).stdout).toContain("settled");
      expect(loadsOf("status", project)).toEqual(["../dist/status.cjs"]);
      expect(loadsOf("status --json --ascii", project)).toEqual(["../dist/status.cjs"]);
      expect(shell(`cd ${project} && $BW status --jsno`)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("BW011"),
      });
    });

    it("folds the journal for status where nothing is kept, and says the same", () => {
      const kept = shell(`cd ${project} && $BW status`);
      rmSync(join(session(), "glance.json"));
      expect(shell(`cd ${project} && $BW status`)).toEqual(kept);
      const loads = loadsOf("status", project);
      expect(loads.filter((name) => name.startsWith("./")).length).toBeLessThanOrEqual(14);
      // What of Node itself is loaded takes longer than the work of our own.
      expect(loads.filter((name) => name.startsWith("native:"))).toEqual([]);
    });

    it("believes nothing that is kept once the journal is another, be it by one bit", () => {
      expect(shell(`cd ${project} && $BW close`).code).toBe(0);
      expect(loadsOf("status", project)).toEqual(["../dist/status.cjs"]);
      const journal = join(session(), "journal.ndjson");
      const text = readFileSync(journal, "utf8");
      writeFileSync(journal, text.replace('"title":"Note"', '"title":"Mote"'));
      expect(statSync(journal).size).toBe(Buffer.byteLength(text));
      expect(shell(`cd ${project} && $BW status`)).toMatchObject({
        code: 3,
        stdout: "",
        stderr: expect.stringContaining("BW501"),
      });
    });
  });

  it("loads for the question of go neither a server, nor what only a trial of a real client takes", () => {
    const counter = join(home, "count.cjs");
    writeFileSync(counter, COUNT_LOADS);
    const project = join(home, "asked");
    mkdirSync(project);
    writeFileSync(join(project, "note.plan.md"), PLAN);
    const made = shell(
      `cd ${project} && ${GIT_INIT} && $BW init --tier fast --yes && git add -A && git commit -qm set-up`,
    );
    expect(made.code).toBe(0);
    const asked = shell(
      `cd ${project} && ${process.execPath} -r ${counter} ${join(home, "dist", "main.cjs")} go note.plan.md`,
    );
    expect(asked).toMatchObject({ code: 7, stderr: expect.stringContaining("BW777") });
    const loads: readonly string[] = JSON.parse(asked.stderr.trim().split("\n").at(-1) ?? "[]");
    expect(loads).not.toContain("native:http");
    const chunks = loads.filter((name) => name.startsWith("./"));
    expect(chunks.length).toBeLessThanOrEqual(45);
    // The schema library, whose chunk is named so, is for what is read from disk later on.
    expect(chunks.filter((name) => /schemas|wall-ladder|canary|attempt/.test(name))).toEqual([]);
  });

  it("is far below the three megabytes that an installation may take", () => {
    const bytes = readdirSync(join(home, "dist")).map((name) => statSync(join(home, "dist", name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  });

  it("explains codes from the pages that lie beside it", () => {
    expect(shell("$BW explain BW203").stdout).toContain("BW203: ");
  });

  it("ends without a word where the reader of its output went away", () => {
    expect(shell("$BW explain | head -n 1")).toMatchObject({ code: 0, stderr: "" });
  });

  it("keeps stdout for results and stderr for failures, with the exit code of each", () => {
    expect(shell("$BW nonsense")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("error BW010"),
    });
    expect(shell("$BW plan lint none.plan.md").code).toBe(3);
    expect(shell("$BW doctor --json").code).toBe(8);
    expect(JSON.parse(shell("$BW nonsense --json").stdout)).toMatchObject({ failure: { code: "BW010" } });
  });

  it("prints no colour into a pipe and asks nothing there", () => {
    expect(shell("$BW doctor").stdout).not.toContain("\u001b");
    expect(shell("FORCE_COLOR=1 $BW doctor").stdout).toContain("\u001b[");
  });

  it("prints completions that bash takes and that find commands, options and values", () => {
    const complete = (words: string, at: number): string =>
      shell(
        `eval "$($BW completions bash)"; COMP_WORDS=(${words}); COMP_CWORD=${at}; _breakwater; echo "\${COMPREPLY[@]}"`,
      ).stdout.trim();
    expect(complete("breakwater pl", 1)).toBe("plan");
    expect(complete("breakwater plan ap", 2)).toBe("approve");
    expect(complete("breakwater plan convert --to ''", 4)).toBe("markdown yaml json");
    expect(complete("breakwater doctor --ga", 2)).toBe("--gates");
    expect(shell("$BW completions fish").stdout).toContain(
      "complete -c breakwater -n __fish_use_subcommand -a doctor",
    );
    expect(shell("$BW completions zsh").stdout).toContain("#compdef breakwater");
  });
});
