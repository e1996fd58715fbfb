import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GateSpec, gateId, gateVerdict, treeId } from "@breakwater/core";
import { afterEach, describe, expect, it } from "vitest";
import { openGateCache } from "./gate-cache.ts";
import { type GateOrder, runGate } from "./run-gate.ts";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  made.push(folder);
  return folder;
}

const grace = { interruptMs: 20, terminateMs: 20 };

type Bench = {
  readonly folder: string;
  readonly run: (command: string, more?: More) => ReturnType<typeof runGate>;
};
type More = Partial<Omit<GateOrder, "spec">> & { readonly spec?: Partial<GateSpec> };

function bench(): Bench {
  const folder = temporary("gate-");
  const cwd = join(folder, "tree");
  mkdirSync(cwd);
  return {
    folder: cwd,
    run: (command, { spec, ...more } = {}) =>
      runGate({
        spec: { id: gateId("test"), command, ...spec },
        cwd,
        tree: treeId("a".repeat(40)),
        environment: { source: process.env },
        outputFile: join(folder, "out", "gate.txt"),
        lookUp: false,
        timeoutMs: 20_000,
        grace,
        ...more,
      }),
  };
}

const junit = (name: string, outcome: string): string =>
  `<testsuite name="s"><testcase name="${name}">${outcome}</testcase></testsuite>`;

describe("running a gate", () => {
  it("reports the exit, the evidence and the end of the output", async () => {
    const { run, folder } = bench();
    const report = await run("printf '\\033[31mhello\\033[0m\\n'; pwd; echo problem >&2; exit 3", {
      retry: false,
    });
    expect(report).toMatchObject({
      result: { kind: "exited", code: 3 },
      evidence: "exit-code",
      counts: {},
      flaky: false,
    });
    expect(report.tail).toBe(`hello\n${folder}\n\nproblem`);
    expect(report.failing).toBeUndefined();
    expect(readFileSync(report.outputFile ?? "", "utf8")).toContain("\u001b[31mhello");
  });

  it("gives the command CI and nothing that steers git, Node or holds a secret", async () => {
    const source = {
      ...process.env,
      GIT_DIR: "/x",
      NODE_OPTIONS: "-r x",
      NODE_EXTRA_CA_CERTS: "/x",
      API_TOKEN: "s3cret",
    };
    const { tail } = await bench().run("env", {
      environment: { source, allow: ["GIT_DIR", "NODE_OPTIONS"], lane: { PORT: "4100" } },
    });
    expect(tail.split("\n")).toEqual(expect.arrayContaining(["CI=1", "PORT=4100"]));
    expect(tail).not.toMatch(/GIT_DIR|NODE_OPTIONS|NODE_EXTRA|s3cret/);
  });

  it("hands the command to the shell exactly as written", async () => {
    const { tail } = await bench().run(`a='x  y' && echo "$a" | tr a-z A-Z; false || echo "\\$1"`);
    expect(tail).toBe("X  Y\n$1");
  });

  it("kills the whole group at the time limit and reports no exit code", async () => {
    const started = performance.now();
    const report = await bench().run("trap '' INT TERM; sleep 60 & while :; do sleep 1; done", {
      spec: { timeoutSeconds: 0.2 },
    });
    expect(report.result).toEqual({ kind: "timed-out", afterMs: 200 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("says that it could not be run where it was stopped from outside", async () => {
    const control = new AbortController();
    control.abort();
    const { result } = await bench().run("exit 1", { signal: control.signal });
    expect(result).toMatchObject({ kind: "could-not-run" });
  });

  it("reports the signal that ended the command", async () => {
    const killed = { kind: "signalled", signal: "SIGKILL" };
    expect((await bench().run("kill -KILL $$")).result).toEqual(killed);
    expect((await bench().run("sh -c 'kill -KILL $$'; exit $?")).result).toEqual(killed);
  });

  it("keeps the beginning and the end of a flood in the file and little of it in the report", async () => {
    const report = await bench().run("echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo last");
    const kept = readFileSync(report.outputFile ?? "", "utf8");
    expect([
      kept.startsWith("first\n"),
      kept.endsWith("\nlast\n"),
      kept.includes(" bytes left out]"),
    ]).toEqual([true, true, true]);
    expect(kept.length).toBeLessThan(10_000_000);
    expect(report.tail.length).toBeLessThan(20_000);
  });

  it("refuses an empty command, which a shell takes for success", async () => {
    for (const command of ["", "  \n", "# npm test"]) {
      expect((await bench().run(command)).result).toMatchObject({ kind: "could-not-run" });
    }
  });
});

describe("a missing command", () => {
  // conforms: gate-missing
  it("is told from a failure, by name", async () => {
    for (const command of [
      "no-such-tool --run",
      "CI=1 no-such-tool",
      "./no-such-tool",
      "cd . && no-such-tool",
    ]) {
      const { result } = await bench().run(command);
      expect(result).toEqual({
        kind: "missing-command",
        program: command.includes("./") ? "./no-such-tool" : "no-such-tool",
      });
    }
  });

  it("is found where a script of the command starts it", async () => {
    const { run, folder } = bench();
    writeFileSync(join(folder, "test.sh"), "no-such-tool\n");
    expect((await run("sh test.sh")).result).toEqual({ kind: "missing-command", program: "no-such-tool" });
  });

  it("is not seen in text alone, nor is the code 127 ever taken for red", async () => {
    expect((await bench().run("echo 'sh: 1: vitest: not found'; exit 1")).result).toEqual({
      kind: "exited",
      code: 1,
    });
    expect((await bench().run("exit 127")).result).toMatchObject({ kind: "could-not-run" });
  });
});

describe("the folder of a gate", () => {
  it("is the one that the plan names", async () => {
    const { run, folder } = bench();
    mkdirSync(join(folder, "packages/a"), { recursive: true });
    expect((await run("pwd", { spec: { cwd: "packages/a" } })).tail).toBe(join(folder, "packages/a"));
  });

  it("never lies outside the tree, whatever leads there", async () => {
    const { run, folder } = bench();
    symlinkSync(tmpdir(), join(folder, "link"));
    for (const cwd of ["..", "link", "/", "missing", "a/../.."]) {
      const report = await run("touch ran", { spec: { cwd } });
      expect(report.result.kind).toBe("could-not-run");
    }
    for (const report of ["link/r.xml", "../r.xml", "/r.xml", ".", ".git"]) {
      expect((await run("true", { spec: { report } })).result.kind).toBe("could-not-run");
    }
  });
});

describe("a declared report", () => {
  it("wins over the text and the exit code", async () => {
    const { run, folder } = bench();
    writeFileSync(join(folder, "new.xml"), junit("a", "<failure/>"));
    const report = await run("mkdir -p out && cp new.xml out/r.xml; echo 'a.ts(1,1): error TS1: x'", {
      spec: { report: "out/r.xml" },
    });
    expect(report).toMatchObject({ evidence: "report-file", failing: ["s > a"], counts: { failed: 1 } });
    expect(gateVerdict(report)).toEqual({ kind: "red", newFailures: ["s > a"] });
  });

  it("counts only where this run wrote it", async () => {
    const { run, folder } = bench();
    writeFileSync(join(folder, "r.xml"), junit("a", ""));
    const report = await run("exit 1", { spec: { report: "r.xml" }, retry: false });
    expect([report.evidence, existsSync(join(folder, "r.xml"))]).toEqual(["exit-code", false]);
  });

  it("is not read through a link, from a pipe or where it is damaged", async () => {
    const { run, folder } = bench();
    writeFileSync(join(folder, "good.xml"), junit("a", ""));
    for (const command of ["ln -s good.xml r.xml", "mkfifo r.xml", "head -c 20 good.xml > r.xml"]) {
      expect((await run(command, { spec: { report: "r.xml" } })).evidence).toBe("exit-code");
    }
  });

  it("holds names without the workspace, so that base and candidate compare", async () => {
    const names = await Promise.all(
      [bench(), bench()].map(async ({ run }) => {
        const command = `printf '1..1\\nnot ok 1 - %s/a.test.js > x\\n' "$PWD" > r.tap; exit 1`;
        return (await run(command, { spec: { report: "r.tap" } })).failing;
      }),
    );
    expect(names).toEqual([["a.test.js > x"], ["a.test.js > x"]]);
  });
});

describe("a red end", () => {
  it("is run once more, and a pass is flagged as flaky with what had failed", async () => {
    const { run, folder } = bench();
    const command = `[ -e once ] && exit 0; touch once; echo 'a.ts(1,1): error TS1: x'; exit 1`;
    const report = await run(command);
    expect(report).toMatchObject({ result: { code: 0 }, flaky: true });
    expect(report.tail).toContain("a.ts TS1 x");
    expect(gateVerdict(report)).toMatchObject({ kind: "green", flaky: true });
    expect(readdirSync(folder)).toEqual(["once"]);
  });

  it("stays red where it repeats, after exactly two runs", async () => {
    const { run, folder } = bench();
    const report = await run("echo run >> runs; exit 1");
    expect(report).toMatchObject({ result: { code: 1 }, flaky: false });
    expect(readFileSync(join(folder, "runs"), "utf8")).toBe("run\nrun\n");
  });

  it("is not repeated where that is not wanted, nor is anything but a red exit", async () => {
    const { run, folder } = bench();
    await run("echo run >> runs; exit 1", { retry: false });
    await run("echo run >> runs; no-such-tool");
    await run("echo run >> runs; kill -KILL $$");
    expect(readFileSync(join(folder, "runs"), "utf8")).toBe("run\nrun\nrun\n");
  });

  it("of real tests names the failing test", async () => {
    const { run, folder } = bench();
    const source = `import test from "node:test"; test("adds", () => {}); test("subtracts", () => { throw new Error("no"); });`;
    writeFileSync(join(folder, "a.test.mjs"), source);
    const report = await run(`"${process.execPath}" --test --test-reporter=tap a.test.mjs`, { retry: false });
    expect(report).toMatchObject({
      evidence: "recognised-text",
      failing: ["subtracts"],
      counts: { passed: 1, failed: 1 },
    });
  });
});

describe("looking up an earlier run", () => {
  it("takes its report where tree, command and environment are equal, and runs otherwise", async () => {
    const { run, folder } = bench();
    const cache = openGateCache(temporary("gate-cache-"));
    const command = "echo run >> runs";
    const first = await run(command, { cache, lookUp: true });
    const second = await run(command, { cache, lookUp: true, spec: { id: gateId("other") } });
    expect(second).toEqual({ ...first, gate: "other", lookedUp: true });
    await run(command, { cache, lookUp: true, tree: treeId("b".repeat(40)) });
    await run(`${command} `, { cache, lookUp: true });
    await run(command, {
      cache,
      lookUp: true,
      environment: { source: process.env, facts: { lockfile: "2" } },
    });
    await run(command, { cache, lookUp: false });
    expect(readFileSync(join(folder, "runs"), "utf8")).toBe("run\n".repeat(5));
  });

  it("does not depend on the lane", async () => {
    const { run } = bench();
    const cache = openGateCache(temporary("gate-cache-"));
    const lane = (port: string) => ({ source: process.env, lane: { PORT: port } });
    await run("true", { cache, lookUp: true, environment: lane("1") });
    expect(await run("true", { cache, lookUp: true, environment: lane("2") })).toMatchObject({
      lookedUp: true,
    });
  });

  it("keeps no flaky run and none that did not end", async () => {
    const { run } = bench();
    const folder = temporary("gate-cache-");
    const cache = openGateCache(folder);
    await run("[ -e once ] || { touch once; exit 1; }", { cache, lookUp: true });
    await run("no-such-tool", { cache, lookUp: true });
    await run("sleep 9", { cache, lookUp: true, timeoutMs: 50 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ignores a damaged or foreign entry and runs", async () => {
    const { run } = bench();
    const folder = temporary("gate-cache-");
    const cache = openGateCache(folder);
    await run("true", { cache, lookUp: true });
    const file = join(folder, readdirSync(folder)[0] ?? "");
    const whole = readFileSync(file, "utf8");
    const damaged = [
      whole.slice(0, 40),
      "",
      "null",
      whole.replace('"code":0', '"code":"0"'),
      whole.replace('"command":"true"', '"command":"false"'),
    ];
    for (const text of damaged) {
      writeFileSync(file, text);
      expect(await run("true", { cache, lookUp: true })).toMatchObject({
        lookedUp: false,
        result: { code: 0 },
      });
    }
  });
});

describe("a hostile end of a check", () => {
  const line = "head -c 104857600 /dev/zero | tr '\\0' x";

  it(
    "does not matter: a line of 100 MB in the output is cut, in the file too",
    { timeout: 60_000 },
    async () => {
      const { run } = bench();
      const before = process.memoryUsage().rss;
      const report = await run(`${line}; exit 1`, { retry: false, timeoutMs: 50_000 });
      expect(report).toMatchObject({ result: { kind: "exited", code: 1 }, evidence: "exit-code" });
      expect(report.tail.length).toBeLessThan(100_000);
      expect(readFileSync(report.outputFile ?? "").length).toBeLessThan(9 * 1024 * 1024);
      expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
    },
  );

  it.each([
    ["a line of 100 MB", line],
    ["an array in an array, a million deep", "head -c 1000000 /dev/zero | tr '\\0' ["],
    ["results that are a million deep", `printf '{"testResults":'; head -c 1000000 /dev/zero | tr '\\0' [`],
    ["elements that never close", "yes '<testsuite>' | head -c 8000000"],
    [
      "entities that grow",
      `printf '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>'`,
    ],
    ["counts that are no numbers", `printf '{"numTotalTests":"1","testResults":{}}'`],
    ["half a document", `printf '<testsuite tests="1"><testcase name="a'`],
    ["bytes that are no text", "head -c 100000 /dev/urandom"],
    ["nothing", ":"],
  ])("is judged by its exit code where the report holds %s", { timeout: 60_000 }, async (_what, write) => {
    const { run } = bench();
    const spec = { report: "r" };
    const red = await run(`{ ${write}; } > r; exit 1`, { spec, retry: false, timeoutMs: 50_000 });
    expect([red.evidence, red.result]).toEqual(["exit-code", { kind: "exited", code: 1 }]);
    expect(gateVerdict(red, undefined).kind).toBe("red");
  });
});
