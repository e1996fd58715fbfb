import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import type { AttemptReport } from "@breakwater/core";
import { openRepository, placeOfWorkspace, wallLadder, type WallPlace } from "@breakwater/node";
import {
  acts,
  bundleAttemptEntry,
  claudeStep,
  clientProgram,
  codexScratch,
  codexStep,
  ends,
  geminiScratch,
  geminiStep,
  HOME_SECRETS,
  makeUserHome,
  noteClientRan,
  openAttemptTrial,
  runs,
  scriptMark,
  startModelServer,
  withoutClient,
  writes,
  type ActTurn,
  type AttemptTrial,
  type ClientHabit,
  type ClientName,
  type ModelServer,
  type ModelStep,
  type UserHome,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

const { setup } = await wallLadder();
const PATIENCE = 120_000;

let program: CommandLine;
let closing: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  program = await bundleAttemptEntry();
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  vi.unstubAllEnvs();
});

const FILES = {
  "package.json": '{"name":"project"}\n',
  ".gitignore": "node_modules/\n.orchestrator/\n",
  "src/kept.js": "module.exports = 'as it was';\n",
  "docs/README.md": "docs\n",
};

const ACCOUNT = JSON.stringify({ oauthAccount: { emailAddress: "ann@example.invalid" }, numStartups: 3 });

type Client = {
  readonly name: ClientName;
  readonly agent: string;
  readonly habit: ClientHabit;
  readonly globs: readonly string[];
  readonly step: (turn: ActTurn) => ModelStep;
  readonly configure: (home: string, url: string) => Readonly<Record<string, string>>;
};

const CLAUDE = { name: "claude", agent: "claude", step: claudeStep, configure: claudeUser } as const;
const CODEX = { name: "codex", agent: "codex", step: codexStep, configure: codexUser } as const;
const GEMINI = { name: "gemini", agent: "acp:gemini", step: geminiStep, configure: geminiScratch } as const;
const [FOLDER, FILE] = [["src/**"], ["src/*.js"]] as const;

const CLIENTS: readonly Client[] = [
  { ...CLAUDE, habit: "npm-global", globs: FILE },
  { ...CLAUDE, habit: "project", globs: FOLDER },
  { ...CODEX, habit: "nvm", globs: FILE },
  { ...CODEX, habit: "local-link", globs: FOLDER },
  { ...CODEX, habit: "project", globs: FOLDER },
  { ...GEMINI, habit: "version-link", globs: FOLDER },
];

function claudeUser(home: string, url: string): Readonly<Record<string, string>> {
  // Sign-in and settings, as a user has them.
  writeFileSync(join(home, ".claude.json"), ACCOUNT);
  return {
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "sk-ant-dummy",
    CLAUDE_CODE_MAX_RETRIES: "1",
  };
}

function codexUser(home: string, url: string): Readonly<Record<string, string>> {
  const { CODEX_HOME: _home, TMPDIR: _tmp, ...rest } = codexScratch(join(home, ".codex"), url);
  return { ...rest, HOME: home };
}

describe.skipIf(setup === undefined)(
  `a real client in the wall${setup === undefined ? " [skipped: none holds here]" : ""}`,
  () => {
    for (const client of CLIENTS) {
      const { name, habit, globs } = client;
      it.skipIf(clientProgram(name) === undefined)(
        `${client.agent} of a user's ${habit} works in ${globs.join(", ")} and gets nowhere else${withoutClient(name)}`,
        async () => {
          const stage = await openStage(client);
          const { report, denied } = await play(stage, client);
          noteClientRan(name);
          const pathOf = (path: string): string => join(stage.place.workspace, path);
          const hold = globs === FOLDER ? "exact" : "contained";
          expect(report).toMatchObject({
            ending: { kind: "completed" },
            claim: { kind: "done", summary: "all" },
            wall: { tier: setup?.tier, hold },
          });
          expect(JSON.parse(readFileSync(pathOf("src/found.js"), "utf8"))).toEqual(HELD);
          expect(readFileSync(pathOf("src/one.js"), "utf8")).toBe("module.exports = 1;\n");
          expect(denied).toContainEqual(expect.stringMatching(/(?:^|\/)docs\/denied\.md$/u));
          for (const path of ["docs/denied.md", "docs/redirected.md"])
            expect(existsSync(pathOf(path))).toBe(false);
          expect(stage.user.git("status", "--short", "--untracked-files=all")).toBe("");
        },
        PATIENCE,
      );
    }
  },
);

describe.skipIf(setup?.overlay !== true)("an attempt behind an overlay", () => {
  it(
    "keeps all that was written under a ref where it cannot be taken in",
    async () => {
      const stage = await openStage({});
      const { trial, place, environment, user } = stage;
      if (setup === undefined) throw new Error("no wall");
      // Mounts for the client; fails for the look that follows.
      const unshare = join(user.home, "unshare");
      const script = `#!/bin/sh\ncase "$*" in *xargs*) exit 9 ;; esac\nexec ${setup.programs.unshare} "$@"\n`;
      writeFileSync(unshare, script, { mode: 0o755 });
      const { report } = await trial.run({
        script: [
          { write: "src/new.js", content: "mine\n" },
          { write: "src/make.test.js", content: MAKES },
          { shell: "node --test src/make.test.js" },
        ],
        workspace: place.workspace,
        scope: { kind: "write", globs: FILE },
        environment,
        wall: { setup: { ...setup, programs: { ...setup.programs, unshare } }, place, network: "host" },
      });
      expect(report.ending).toMatchObject({ kind: "error", class: "crash" });
      const ref = String(report.wall?.quarantine);
      expect(ref).toMatch(/^refs\/breakwater\/.*-wall$/u);
      expect(user.git("ls-tree", "-r", "--name-only", ref).trim().split("\n")).toEqual([
        "src/link",
        "src/make.test.js",
        "src/new.js",
        "src/no.txt",
      ]);
      expect(user.git("show", `${ref}:src/new.js`)).toBe("mine\n");
      expect(existsSync(place.own)).toBe(false);
    },
    PATIENCE,
  );
});

/** Writes from within a test, which no door can see. */
const MAKES = `const fs = require("node:fs");
require("node:test")("makes", () => { fs.writeFileSync("src/no.txt", "other"); fs.symlinkSync("x", "src/link"); });
`;

/** What a test that runs inside finds that it can write elsewhere, and read of the home. */
const HELD = { wrote: [], read: [] };

/** Runs by the client's own shell: what a test or a build could try, whatever the door thinks of its line. */
function probe(stage: Stage): string {
  const { user, place } = stage;
  const writes = [
    join(place.workspace, "docs/redirected.md"),
    join(user.checkout, "stray.md"),
    join(place.commonDir, "refs/heads/stray"),
    join(user.home, "other/stray"),
  ];
  return [
    `import fs from "node:fs"; import test from "node:test";`,
    `const tries = (paths, act) => paths.filter((path) => { try { return act(path); } catch { return false; } });`,
    `test("looks around", () => {`,
    `  const wrote = tries(${JSON.stringify(writes)}, (path) => (fs.writeFileSync(path, "stray"), true));`,
    `  const read = tries(${JSON.stringify(Object.keys(HOME_SECRETS).map((each) => join(user.home, each)))}, (path) => fs.readFileSync(path, "utf8").includes("home-secret"));`,
    `  fs.writeFileSync("src/found.js", JSON.stringify({ wrote, read }));`,
    `});`,
    "",
  ].join("\n");
}

function storyOf(stage: Stage): readonly ActTurn[] {
  return [
    acts({ act: "read", path: "src/kept.js" }),
    acts(writes("src/one.js", "module.exports = 0;\n")),
    acts({ act: "edit", path: "src/one.js", find: "module.exports = 0;", replace: "module.exports = 1;" }),
    acts(writes("src/probe.test.js", probe(stage))),
    acts(runs("node --test src/probe.test.js")),
    acts(writes("docs/denied.md")),
    acts(runs("echo held > docs/redirected.md")),
    ends("all"),
  ];
}

type Stage = {
  readonly user: UserHome;
  readonly server: ModelServer;
  readonly trial: AttemptTrial;
  readonly place: WallPlace;
  readonly environment: Readonly<Record<string, string>>;
};

async function openStage({
  habit,
  configure = () => ({}),
}: Partial<Pick<Client, "habit" | "configure">>): Promise<Stage> {
  const user = makeUserHome(habit === undefined ? [] : [habit], FILES);
  const server = await startModelServer();
  vi.stubEnv("BREAKWATER_CLIENTS", undefined);
  vi.stubEnv("HOME", user.home);
  vi.stubEnv("PATH", user.path);
  const trial = openAttemptTrial(program);
  closing = [() => user.dispose(), () => server.close(), () => trial.close()];
  const repository = await openRepository(user.checkout);
  if (!repository.ok) throw new Error(repository.failure.message);
  const workspace = join(repository.value.stateHome, "session", "T1.1");
  user.git("worktree", "add", "-q", "--detach", workspace, "HEAD");
  const gitDir = join(repository.value.commonDir, "worktrees", "T1.1");
  const tmp = realpathSync(mkdtempSync(join(tmpdir(), "bw-")));
  closing.push(() => rmSync(tmp, { recursive: true, force: true }));
  const folder = { path: workspace, gitDir };
  const place = await placeOfWorkspace({
    repository: repository.value,
    workspace: folder,
    tmp,
    name: "T1.1",
  });
  return { user, server, trial, place, environment: { ...configure(user.home, server.url), TMPDIR: tmp } };
}

async function play(
  stage: Stage,
  { agent, step, globs }: Client,
): Promise<{ readonly report: AttemptReport; readonly denied: readonly string[] }> {
  const { server, trial, place, environment } = stage;
  const steps = storyOf(stage).map(step);
  server.play("story", ({ turn }) => steps[turn] ?? steps.at(-1));
  if (setup === undefined) throw new Error("no wall");
  const { report, events } = await trial.run({
    agent,
    prompt: `Do it. ${scriptMark("story")}`,
    // As sessions keep it: below the checkout, from where a client of the project is found.
    resultFile: join(stage.user.checkout, ".orchestrator", "T1.1.result.json"),
    workspace: place.workspace,
    scope: { kind: "write", globs },
    environment,
    wall: { setup, place, network: "host" },
  });
  const denied = events.flatMap((event) => (event.kind === "denied" ? [event.denial.path] : []));
  return { report, denied };
}
