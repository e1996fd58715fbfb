import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dispositionOf, type Fact } from "@breakwater/core";
import {
  callTools,
  claudeCall,
  claudeScratch,
  clientProgram,
  fault,
  modelScript,
  noteClientRan,
  runs,
  scriptMark,
  startModelServer,
  writes,
  type ModelServer,
  type ModelStep,
} from "@breakwater/testkit";
import { factsOf } from "./check-journal.ts";
import {
  environmentOf,
  gitEnvironment,
  installTarball,
  makeUserFolders,
  tool,
  type Place,
} from "./install.ts";
import { makeFolder, removeFolder } from "./stage.ts";
import { readStory, type Story } from "./story.ts";
import { wallChecks } from "./wall-held.ts";
import { closingLine, equalTo, noneAmiss, printChecks, type Check } from "./table.ts";

/*
 * Carries a session through with the real Claude client and scripted models: `npm run acceptance:claude`.
 * Four tasks at once: one is refused at its door and tries a shell redirect, one meets its turn limit, one is
 * told to slow down, and one is being answered when the coordinator is killed. Requests are counted at the
 * model. Exits with 1 when something is not as it has to be.
 */

const PLAN = `---
breakwater: 1
title: Add four numbers
session: feature
agents: { default: claude }
wall: required
enforcement: strict
---

Add four modules.

## Wave 1: Impl-Core

${task("T1", "Add one", "src/one.js")}

${task("T2", "Add two", "src/two.js").replace("- verify", "- turns: 2\n- verify")}

${task("T3", "Add three", "src/three.js")}

${task("T4", "Add four", "src/four.js")}
`;

function task(id: string, title: string, file: string): string {
  return `### ${id} ${title}\n- role: impl-core\n- scope: \`${file}\`\n- verify: \`node --check ${file}\`\n- done when: \`${file}\` exports a number\n\nWrite \`${file}\`. ${scriptMark(id)}`;
}

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "numbers", "private": true }\n',
  "docs/README.md": "# Numbers\n",
  "test/all.test.js": "require('node:test')('ok', () => {});\n",
  "CLAUDE.md":
    "# For agents\n\n## Session Config\n\n- test-command: `node --test`\n- typecheck-command: skip\n- lint-command: skip\n- enforcement: strict\n",
  ".orchestrator/bootstrap.lock":
    "version: 1\ntier: fast\narchetype: library\ntimestamp: 2026-01-01T00:00:00Z\nsource: claude-init\n",
  "plan.md": PLAN,
};

const report = (status: string, summary: string): ModelStep =>
  callTools({ tool: "StructuredOutput", input: { status, summary } });
const write = (file: string, text: string): ModelStep => callTools(claudeCall(writes(file, text)));
const honest = (file: string): readonly ModelStep[] => [
  write(file, "module.exports = 1;\n"),
  report("done", file),
];

/** What the models of the tasks answer, attempt by attempt. */
function play(server: ModelServer): void {
  server.play(
    "T1",
    modelScript(
      [
        callTools(claudeCall({ act: "read", path: "package.json" })),
        write("src/one.js", "module.exports = 0;\n"),
        callTools(claudeCall({ act: "edit", path: "src/one.js", find: "0", replace: "1" })),
        callTools(claudeCall(runs("node --test"))),
        write("docs/out-of-scope.md", "no\n"),
        callTools(claudeCall(runs("echo held > docs/redirected.md"))),
        report("done", "one"),
      ],
      honest("src/one.js"),
    ),
  );
  const long = ["a", "b", "c", "d", "e"].map((each) =>
    callTools(claudeCall({ act: "read", path: "package.json" }), claudeCall(runs(`echo ${each}`))),
  );
  const walk = [write("src/two.js", "module.exports = 2;\n"), ...long, report("partial", "two")];
  const rest = [callTools(claudeCall({ act: "read", path: "src/two.js" })), report("done", "two")];
  // Its second attempt goes on with the conversation of the first, from the request on that says so.
  server.play("T2", ({ turn }) => {
    const from = server.requestsOf("T2").findIndex(({ userText }) => userText.includes("# Go on:"));
    return from === -1 ? walk[turn] : rest[turn - from];
  });
  server.play(
    "T3",
    modelScript([fault(429, "slow down", { retryAfterSeconds: 1 }), ...honest("src/three.js")]),
  );
  server.play(
    "T4",
    modelScript([
      write("src/four.js", "module.exports = 4;\n"),
      { kind: "hold", name: "T4", then: report("done", "four") },
    ]),
  );
}

async function main(): Promise<boolean> {
  if (clientProgram("claude") === undefined) {
    process.stdout.write(
      "SKIPPED: claude is not installed; run node scripts/install-clients.mjs\n0 passed, 0 failed, 1 skipped\n",
    );
    return true;
  }
  const folder = makeFolder();
  const program = installTarball(folder);
  const folders = makeUserFolders(folder);
  const root = makeRepository(folders.home);
  const server = await startModelServer();
  play(server);
  const place: Place = {
    cwd: root,
    env: { ...environmentOf(folders, program.bin), ...claudeScratch(join(folder, "claude"), server.url) },
  };
  const first = program.start(["go", "plan.md", "--yes", "--unattended", "--decision-timeout", "1"], place);
  await Promise.race([
    server.held("T4"),
    first.ended.then((end) => Promise.reject(new Error(`go ended: ${end.code} ${end.stderr}`))),
  ]);
  first.kill();
  await first.ended;
  const dead = await readStory(root);
  const second = program.start(["resume"], place);
  await adopted(root, second.ended);
  server.release("T4");
  const ended = await second.ended;
  const story = await readStory(root);
  noteClientRan("claude");
  const checks = checksOf({ story, dead, server, root, code: ended.code });
  printChecks(checks);
  await server.close();
  const passed = checks.map((check) => check.passed);
  if (passed.every(Boolean)) removeFolder(folder);
  else process.stdout.write(`kept in ${folder}\n${ended.stderr.slice(-2_000)}\n`);
  return closingLine(passed);
}

/** Resolves when the journal says that the second coordinator took over an attempt, or when that one ended. */
async function adopted(root: string, ended: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  while (!over.signal.aborted && factsOf(await readStory(root), "attempt.adopted").length === 0)
    await new Promise((next) => setTimeout(next, 20));
}

function makeRepository(home: string): string {
  const root = join(home, "numbers");
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: readonly string[]): string => tool("git", args, root, gitEnvironment(home));
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ada");
  git("config", "user.email", "ada@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "Begin");
  return root;
}

type Seen = {
  readonly story: Story;
  readonly dead: Story;
  readonly server: ModelServer;
  readonly root: string;
  readonly code: number | null;
};

function checksOf({ story, dead, server, root, code }: Seen): readonly Check[] {
  const git = (...args: readonly string[]): string => tool("git", args, root, gitEnvironment(root));
  const files = git("ls-tree", "-r", "--name-only", `refs/breakwater/${story.session}/integration`).split(
    "\n",
  );
  const ending = (attempt: string): string => {
    const report = factsOf(story, "attempt.exited").find((fact) => fact.attempt === attempt)?.report;
    return report === undefined
      ? "none"
      : `${report.ending.kind}${report.ending.kind === "limit" ? ` ${report.ending.limit}` : ""}`;
  };
  const disposition = (id: string): string => {
    const state = [...story.state.tasks.values()].find((each) => each.task.id === id);
    return (state && dispositionOf(story.state, state)?.kind) ?? "none";
  };
  const opened = story.facts.find(
    (fact): fact is Extract<Fact, { type: "session.opened" }> => fact.type === "session.opened",
  );
  const denied = factsOf(story, "scope.denied")
    .filter(({ attempt }) => attempt === "T1.1")
    .map(({ path }) => path);
  const ran = factsOf(dead, "attempt.exited").map(({ attempt }) => attempt);
  return [
    equalTo("exit code", code, 0),
    equalTo("T1 is done", disposition("T1"), "done"),
    equalTo("T2 is done", disposition("T2"), "done"),
    equalTo("T3 is done", disposition("T3"), "done"),
    equalTo("T4 is done", disposition("T4"), "done"),
    equalTo(
      "door of claude, before the start",
      opened?.agents?.find(({ name }) => name === "claude")?.door.outcome ?? "none",
      "denied",
    ),
    equalTo("T1 was refused its write and its redirect at its door", denied.length, 2),
    noneAmiss(
      "nothing out of scope landed",
      files.filter((path) => path.startsWith("docs/") && path !== "docs/README.md"),
    ),
    equalTo("T2.1 met its turn limit", ending("T2.1"), "limit turns"),
    equalTo(
      "T2.2 went on with the conversation of T2.1",
      new Set(server.requestsOf("T2").map(({ conversation }) => conversation)).size,
      1,
    ),
    equalTo("T3.1 recovered from a 429", ending("T3.1"), "completed"),
    equalTo("T3 made three requests", server.requestsOf("T3").length, 3),
    equalTo(
      "T4 was adopted",
      factsOf(story, "attempt.adopted").filter(({ attempt }) => attempt === "T4.1").length,
      1,
    ),
    equalTo("T4 made two requests, the kill notwithstanding", server.requestsOf("T4").length, 2),
    noneAmiss(
      "no finished attempt began again",
      factsOf(story, "attempt.started")
        .slice(factsOf(dead, "attempt.started").length)
        .flatMap(({ attempt }) => (ran.includes(attempt) ? [attempt] : [])),
    ),
    ...wallChecks(story),
    equalTo("requests that name no script", server.requests.filter(({ script }) => script === "").length, 0),
  ];
}

process.exitCode = (await main()) ? 0 : 1;
