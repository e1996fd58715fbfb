import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  callTools,
  claudeScratch,
  clientProgram,
  codexScratch,
  noteClientRan,
  type ModelScript,
  say,
  scriptMark,
  startModelServer,
  type ModelServer,
  withoutClient,
} from "@breakwater/testkit";
import { openTicket } from "@breakwater/shells";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** The folders of PATH that hold no `breakwater`: package scripts add one, and the test says which is found. */
const OTHER_PROGRAMS = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => !existsSync(join(folder, "breakwater")))
  .join(delimiter);

const root = join(import.meta.dirname, "../..");
const plugins = join(root, "plugins");
const home = mkdtempSync(join(tmpdir(), "breakwater-host-"));
const bin = join(home, "bin");
const LONG = 120_000;
const FORCED = "git push --force origin main";

let server: ModelServer;
let stage: { readonly repository: string; readonly pushed: () => string };

/** The program as a user has it: built, and on the path. */
beforeAll(() => {
  const made = spawnSync(process.execPath, [join(root, "scripts/bundle.mjs"), join(home, "dist")], {
    cwd: root,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`Bundling: ${made.stderr}`);
  cpSync(join(root, "packages/cli/package.json"), join(home, "package.json"));
  mkdirSync(bin);
  const program = join(bin, "breakwater");
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${join(home, "dist/main.cjs")} "$@"\n`);
  chmodSync(program, 0o755);
}, LONG);

afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeEach(async (context) => {
  server = await startModelServer();
  stage = openStage(join(home, `stage-${context.task.id}`));
});

afterEach(() => server.close());

/** A checkout whose main and its remote have gone apart, so that a forced push changes the remote. */
function openStage(folder: string): typeof stage {
  const repository = join(folder, "checkout");
  const remote = join(folder, "remote.git");
  mkdirSync(repository, { recursive: true });
  const git = (...words: readonly string[]): string =>
    execFileSync("git", words, {
      cwd: repository,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder },
    }).trim();
  git("init", "-q", "--bare", "-b", "main", remote);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "A");
  git("config", "user.email", "a@example.org");
  git("remote", "add", "origin", remote);
  git("commit", "-q", "--allow-empty", "-m", "one");
  git("push", "-q", "origin", "main");
  git("commit", "-q", "--amend", "--allow-empty", "-m", "another");
  return { repository, pushed: () => git("ls-remote", "origin", "refs/heads/main").slice(0, 40) };
}

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** `path` is where programs are looked for first: ours, unless a test takes it away. */
function run(command: readonly string[], env: Readonly<Record<string, string>>, path = bin): Promise<Ended> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: stage.repository,
    env: { ...env, PATH: `${path}:${OTHER_PROGRAMS}`, LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => void (stdout += chunk));
  child.stderr.on("data", (chunk) => void (stderr += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

const told = (text: string): boolean =>
  server.requests.some(({ body }) => JSON.stringify(body).includes(JSON.stringify(text).slice(1, -1)));

/** Whether an ordinary command went through: a guard that refuses everything proves nothing. */
const isThere = (file: string): boolean => existsSync(join(stage.repository, file));

const claude = clientProgram("claude");

describe.skipIf(claude === undefined)(`The plugin in Claude Code${withoutClient("claude")}`, () => {
  const start = async (
    prompt: string,
    script: ModelScript,
    more: readonly string[],
    path = bin,
  ): Promise<Ended> => {
    server.play("host", script);
    const ended = await run(
      [
        ...(claude ?? []),
        "-p",
        prompt,
        "--output-format=stream-json",
        "--verbose",
        "--permission-mode=acceptEdits",
        "--allowedTools=Bash",
        ...more,
      ],
      claudeScratch(join(stage.repository, "../home"), server.url),
      path,
    );
    expect(ended).toMatchObject({ code: 0 });
    noteClientRan("claude");
    return ended;
  };
  const forcedPush: ModelScript = ({ turn }) =>
    [
      callTools(
        { tool: "Bash", input: { command: "touch harmless" } },
        { tool: "Bash", input: { command: FORCED } },
      ),
      say("over"),
    ][turn];

  it("is valid by the client's own strict rules, as is its marketplace", () => {
    for (const folder of [join(plugins, "claude"), plugins]) {
      const said = spawnSync(claude?.[0] ?? "", ["plugin", "validate", "--strict", folder], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], ...claudeScratch(join(home, "validate"), server.url) },
      });
      expect(said).toMatchObject({ status: 0 });
    }
  }, 60_000);

  it(
    "keeps the main session from a forced push, which happens without it",
    async () => {
      const before = stage.pushed();
      await start(`Push. ${scriptMark("host")}`, forcedPush, [`--plugin-dir=${join(plugins, "claude")}`]);
      expect(stage.pushed()).toBe(before);
      expect(isThere("harmless")).toBe(true);
      await start(`Push again. ${scriptMark("host")}`, forcedPush, []);
      expect(stage.pushed()).not.toBe(before);
    },
    LONG,
  );

  it(
    "refuses a subagent that nobody made known while work is handed out, and not the person's own agent",
    async () => {
      const door = join(stage.repository, "../door");
      mkdirSync(door);
      writeFileSync(join(door, "token"), "t");
      openTicket(stage.repository, "0".repeat(32), door);
      const write = (name: string): ReturnType<typeof callTools> =>
        callTools({ tool: "Write", input: { file_path: join(stage.repository, name), content: "x" } });
      server.play("sub", ({ turn }) => [write("by-subagent"), say("over")][turn]);
      const input = {
        description: "Write",
        prompt: `Write it. ${scriptMark("sub")}`,
        subagent_type: "general-purpose",
        run_in_background: false,
      };
      const script: ModelScript = ({ turn }) =>
        [callTools({ tool: "Agent", input }), write("by-main"), say("over")][turn];
      await start(`Delegate. ${scriptMark("host")}`, script, [`--plugin-dir=${join(plugins, "claude")}`]);
      expect(server.requestsOf("sub").length).toBeGreaterThan(1);
      expect(told("does not know this agent")).toBe(true);
      expect([isThere("by-subagent"), isThere("by-main")]).toEqual([false, true]);
    },
    LONG,
  );

  it(
    "serves its tools over MCP to the real client, in the checkout that the client works in",
    async () => {
      const tool = "mcp__plugin_breakwater_breakwater__status";
      const script: ModelScript = ({ turn }) => [callTools({ tool, input: {} }), say("over")][turn];
      await start(`Look. ${scriptMark("host")}`, script, [
        `--plugin-dir=${join(plugins, "claude")}`,
        `--allowedTools=${tool}`,
      ]);
      expect(told("BW770 there is no session in this checkout")).toBe(true);
    },
    LONG,
  );

  it(
    "refuses the call where the program is not on the path, because nobody judged it",
    async () => {
      await start(
        `Push. ${scriptMark("host")}`,
        forcedPush,
        [`--plugin-dir=${join(plugins, "claude")}`],
        "/nonexistent",
      );
      expect(isThere("harmless")).toBe(false);
    },
    LONG,
  );

  it(
    "brings its commands, the words of the person in them, and says at the start where a session stands",
    async () => {
      const { stdout } = await start(`/breakwater:go plan.md ${scriptMark("host")}`, () => say("over"), [
        `--plugin-dir=${join(plugins, "claude")}`,
      ]);
      for (const name of ["session", "go", "close"]) expect(stdout).toContain(`"breakwater:${name}"`);
      expect(told(`The person wrote: plan.md ${scriptMark("host")}`)).toBe(true);
      expect(told("breakwater init --tier fast")).toBe(true);
    },
    LONG,
  );
});

const codex = clientProgram("codex");

describe.skipIf(codex === undefined)(`The plugin in Codex${withoutClient("codex")}`, () => {
  const start = async (script: ModelScript, withPlugin: boolean): Promise<void> => {
    server.play("host", script);
    const env = { ...codexScratch(join(stage.repository, `../home-${withPlugin}`), server.url) };
    const added = withPlugin
      ? [
          ["plugin", "marketplace", "add", plugins],
          ["plugin", "add", "breakwater@breakwater"],
        ]
      : [];
    for (const words of added) {
      const done = await run([...(codex ?? []), ...words], env);
      expect(done).toMatchObject({ code: 0 });
    }
    const ended = await run(
      [
        ...(codex ?? []),
        "exec",
        "--json",
        "--dangerously-bypass-hook-trust",
        "--sandbox=danger-full-access",
        `Push. ${scriptMark("host")}`,
      ],
      env,
    );
    expect(ended).toMatchObject({ code: 0 });
    noteClientRan("codex");
  };
  const forcedPush: ModelScript = ({ turn }) =>
    [
      callTools({ tool: "exec_command", input: { cmd: "touch harmless" } }),
      callTools({ tool: "exec_command", input: { cmd: FORCED } }),
      say("over"),
    ][turn];

  it(
    "keeps the main session from a forced push, which happens without it, and brings its skills",
    async () => {
      const before = stage.pushed();
      await start(forcedPush, true);
      expect(stage.pushed()).toBe(before);
      expect(isThere("harmless")).toBe(true);
      expect(told("breakwater:go")).toBe(true);
      await start(forcedPush, false);
      expect(stage.pushed()).not.toBe(before);
    },
    LONG,
  );
});
