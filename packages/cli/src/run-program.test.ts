import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { capturedPorts, runCaptured } from "./captured-run.ts";
import type { CommandContext } from "./command-context.ts";
import type { CommandInput } from "./command-input.ts";
import type { CommandSpec } from "./command-spec.ts";
import { EXIT } from "./exit-code.ts";
import { helpText } from "./help/root-help.ts";
import { REGISTRY } from "./registry.ts";
import { runCommandLine } from "./run-program.ts";

type Seen = { input?: CommandInput; context?: CommandContext };

/** A command that shows what reached it. */
function probe(seen: Seen, more: Partial<CommandSpec> = {}): CommandSpec {
  return {
    name: "probe thing",
    summary: "Show what arrived",
    group: "look",
    arguments: [{ name: "what", summary: "anything", optional: true }],
    options: [
      { name: "many", value: "X", repeat: true, summary: "several" },
      { name: "kind", value: "KIND", choices: ["round", "square"], summary: "a choice" },
      { name: "turns", value: "N", atLeast: 1, summary: "a number" },
      { name: "no-fuss", summary: "a negative flag" },
    ],
    load: async () => ({
      run: async (input, context) => {
        seen.input = input;
        seen.context = context;
        return EXIT.done;
      },
    }),
    ...more,
  };
}

const folders: string[] = [];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "breakwater-cli-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("A command line", () => {
  it("reaches its command with arguments, flags, lists and numbers", async () => {
    const seen: Seen = {};
    const argv = "probe thing it --many a --many=b --kind round --turns 12 --no-fuss".split(" ");
    expect(await runCaptured(argv, { specs: [probe(seen)] })).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(seen.input?.argument("what")).toBe("it");
    expect(seen.input?.list("many")).toEqual(["a", "b"]);
    expect(seen.input?.option("kind")).toBe("round");
    expect(seen.input?.number("turns")).toBe(12);
    expect(seen.input?.flag("no-fuss")).toBe(true);
  });

  it("leaves what was not given empty", async () => {
    const seen: Seen = {};
    await runCaptured(["probe", "thing"], { specs: [probe(seen)] });
    expect(seen.input?.argument("what")).toBeUndefined();
    expect(seen.input?.list("many")).toEqual([]);
    expect(seen.input?.number("turns")).toBeUndefined();
    expect(seen.input?.flag("no-fuss")).toBe(false);
  });

  it("takes global options before the command's name as well as after it", async () => {
    const seen: Seen = {};
    const folder = temporaryFolder();
    await runCaptured(["--cwd", folder, "--json", "probe", "thing", "--platform=codex"], {
      specs: [probe(seen)],
    });
    expect(seen.context?.cwd).toBe(folder);
    expect(seen.context?.output).toBe("json");
    expect(seen.context?.platform).toBe("codex");
  });

  it.each([
    [["prob"], "BW010", "did you mean breakwater probe?"],
    [["probe", "thang"], "BW010", "did you mean breakwater probe thing?"],
    [["--jsn", "probe"], "BW011", "did you mean --json?"],
    [["probe", "thing", "--manny", "x"], "BW011", "did you mean --many?"],
    [["probe", "thing", "--kind"], "BW012", "--help shows what it takes"],
    [["probe", "thing", "a", "b"], "BW012", "--help shows what it takes"],
    [["probe", "thing", "--kind", "rond"], "BW013", "did you mean --kind round?"],
    [["probe", "thing", "--turns", "0"], "BW013", "a whole number of at least 1"],
    [["probe", "thing", "--cwd", "/no/such/folder"], "BW014", "name a folder that exists"],
    [["probe", "thing", "--output", "tty"], "BW015", "--output plain"],
  ])("%j is refused with exit code 2, %s and a way out", async (argv, code, hint) => {
    const seen: Seen = {};
    const run = await runCaptured(argv, { specs: [probe(seen)] });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain(`error ${code}  `);
    expect(run.stderr).toContain(hint);
    expect(seen.input).toBeUndefined();
  });

  it("is refused as one line of JSON on stdout where JSON was asked for", async () => {
    const run = await runCaptured(["nonsense", "--json"]);
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({ v: 1, type: "failure", failure: { code: "BW010" } });
  });

  it("shows help for a command, also where arguments are missing, and for a family", async () => {
    const needy = probe({}, { arguments: [{ name: "file", summary: "a file" }] });
    const help = await runCaptured(["probe", "thing", "--help"], { specs: [needy] });
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("usage: breakwater probe thing FILE [options]");
    const family = await runCaptured(["probe", "-h"], { specs: [needy] });
    expect(family).toMatchObject({ code: 0, stdout: expect.stringContaining("probe thing") });
    expect((await runCaptured(["probe"], { specs: [needy] })).code).toBe(2);
  });

  it("hands everything to a raw command as it stands", async () => {
    const seen: Seen = {};
    await runCaptured(["probe", "thing", "--json", "--odd", "--", "x"], {
      specs: [probe(seen, { raw: true })],
    });
    expect(seen.input?.rest("rest")).toEqual(["--json", "--odd", "--", "x"]);
  });
});

describe("A fault of the programme", () => {
  it("ends with exit code 1, an apology without the stack, and the stack in a file", async () => {
    const state = temporaryFolder();
    const broken = probe(
      {},
      { load: async () => ({ run: () => Promise.reject(new Error("Reading \u001b[31mred")) }) },
    );
    const run = await runCaptured(["probe", "thing"], { specs: [broken], env: { XDG_STATE_HOME: state } });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("error BW001  sorry, that was a fault of breakwater itself: Reading red");
    expect(run.stderr).not.toContain("run-program.test.ts");
    const [name = ""] = readdirSync(join(state, "breakwater", "faults"));
    expect(run.stderr).toContain(name);
    expect(readFileSync(join(state, "breakwater", "faults", name), "utf8")).toContain("run-program.test.ts");
  });

  it("prints the stack where no file can be written", async () => {
    const broken = probe({}, { load: () => Promise.reject(new Error("Loading nothing")) });
    const run = await runCaptured(["probe", "thing"], {
      specs: [broken],
      env: { XDG_STATE_HOME: "/dev/null" },
    });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("run-program.test.ts");
  });
});

describe("The way of writing", () => {
  async function contextOf(
    tty: boolean,
    env: Record<string, string>,
    ...argv: string[]
  ): Promise<CommandContext> {
    const seen: Seen = {};
    const { ports } = capturedPorts({ tty, env });
    await runCommandLine(["probe", "thing", ...argv], ports, [probe(seen)]);
    if (seen.context === undefined) throw new Error("Running the probe: it did not run");
    return seen.context;
  }

  it("paints on a terminal and is plain everywhere else", async () => {
    expect((await contextOf(true, { TERM: "xterm" })).output).toBe("tty");
    expect((await contextOf(false, { TERM: "xterm" })).output).toBe("plain");
    expect((await contextOf(true, { TERM: "dumb" })).output).toBe("plain");
    expect((await contextOf(true, { CI: "true" })).output).toBe("plain");
  });

  it.each(["CLAUDECODE", "CODEX_SANDBOX", "CURSOR_AGENT"])(
    "is plain, without colour and without questions where %s says that an agent runs it",
    async (name) => {
      const context = await contextOf(true, { [name]: "1" });
      expect(context).toMatchObject({ output: "plain", interactive: false, insideAgent: true });
      expect(context.colour).toEqual({ stdout: false, stderr: false });
    },
  );

  it("takes colour from --color, then NO_COLOR, then FORCE_COLOR, then the terminal", async () => {
    expect((await contextOf(true, {})).colour.stdout).toBe(true);
    expect((await contextOf(true, { NO_COLOR: "1" })).colour.stdout).toBe(false);
    expect((await contextOf(true, { NO_COLOR: "" })).colour.stdout).toBe(true);
    expect((await contextOf(false, { FORCE_COLOR: "1" })).colour.stdout).toBe(true);
    expect((await contextOf(false, { FORCE_COLOR: "1", NO_COLOR: "1" })).colour.stdout).toBe(false);
    expect((await contextOf(false, { NO_COLOR: "1" }, "--color=always")).colour.stdout).toBe(true);
  });

  it("asks nothing with --no-input", async () => {
    expect((await contextOf(true, {})).interactive).toBe(true);
    expect((await contextOf(true, {}, "--no-input")).interactive).toBe(false);
  });

  it("keeps to ASCII where the locale is not UTF-8", async () => {
    expect((await contextOf(true, { LANG: "C" })).ascii).toBe(true);
    expect((await contextOf(true, { LANG: "C", LC_ALL: "en_GB.UTF-8" })).ascii).toBe(false);
  });
});

describe("The help", () => {
  it("is short enough for a screen of 24 lines and 80 columns", () => {
    const lines = helpText(REGISTRY, "short").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("names every command that is not hidden", () => {
    const help = helpText(REGISTRY, "full");
    for (const spec of REGISTRY) expect(help.includes(`  ${spec.name} `)).toBe(spec.hidden !== true);
  });

  it("lists every exit code", async () => {
    const run = await runCaptured(["help", "exit-codes"]);
    for (const code of Object.values(EXIT)) expect(run.stdout).toMatch(new RegExp(`^ *${code}  `, "m"));
  });
});
