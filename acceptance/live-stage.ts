import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  claudeScratch,
  clientProgram,
  codexScratch,
  noteClientRan,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";
import {
  environmentOf,
  gitEnvironment,
  installTarball,
  makeUserFolders,
  tool,
  type Ended,
  type Installed,
} from "./install.ts";
import { makeFolder, removeFolder } from "./stage.ts";
import { readStory, type Story } from "./story.ts";
import { closingLine, printChecks, type Check } from "./table.ts";

export const LIVE_CLIENTS = ["claude", "codex"] as const;
export type LiveClient = (typeof LIVE_CLIENTS)[number];

/** A session with real clients that ran to its end, and what their models were asked. */
export type LiveSession = {
  readonly root: string;
  readonly story: Story;
  readonly server: ModelServer;
  readonly ended: Ended;
};

/** A small repository with its plan, and who plays the models. */
export type LiveOrder = {
  readonly name: string;
  readonly plan: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly play: (server: ModelServer) => void;
};

/** The packed program and a folder below which all lies. */
export type LiveStage = {
  /** Runs a session of its own by `go`, with nobody to ask. */
  readonly run: (order: LiveOrder) => Promise<LiveSession>;
};

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "small", "private": true }\n',
  "test/all.test.js": "require('node:test')('ok', () => {});\n",
  "CLAUDE.md":
    "# For agents\n\n## Session Config\n\n- test-command: `node --test test/*.test.js`\n- typecheck-command: skip\n- lint-command: skip\n",
  ".orchestrator/bootstrap.lock":
    "version: 1\ntier: fast\narchetype: library\ntimestamp: 2026-01-01T00:00:00Z\nsource: claude-init\n",
};

/** Sets the stage, prints the checks that `play` comes to, and removes everything where all held. */
export async function playLive(play: (stage: LiveStage) => Promise<readonly Check[]>): Promise<boolean> {
  const missing = LIVE_CLIENTS.filter((name) => clientProgram(name) === undefined);
  if (missing.length > 0) {
    process.stdout.write(`not installed: ${missing.join(", ")}; run node scripts/install-clients.mjs\n`);
    return closingLine([false]);
  }
  const begun = Date.now();
  const folder = makeFolder();
  const program = installTarball(folder);
  const checks = await play({ run: (order) => runSession(join(folder, order.name), program, order) });
  printChecks(checks);
  const passed = checks.every((check) => check.passed);
  if (passed) removeFolder(folder);
  const fate = passed ? "its folder is removed" : `all of it is kept in ${folder}`;
  process.stdout.write(`${((Date.now() - begun) / 1_000).toFixed(1)} s; ${fate}\n`);
  return closingLine(checks.map((check) => check.passed));
}

async function runSession(folder: string, program: Installed, order: LiveOrder): Promise<LiveSession> {
  const folders = makeUserFolders(folder);
  const root = makeRepository(folders.home, { ...FILES, ...order.files, "plan.md": order.plan });
  const server = await startModelServer();
  order.play(server);
  const bin = join(folder, "clients");
  mkdirSync(bin);
  symlinkSync(clientProgram("codex")?.at(-1) ?? "codex", join(bin, "codex"));
  const { HOME: _claude, ...claude } = claudeScratch(join(folder, "claude"), server.url);
  const { HOME: _codex, ...codex } = codexScratch(join(folder, "codex"), server.url);
  const environment = environmentOf(folders, program.bin);
  const env = { ...environment, ...claude, ...codex, PATH: `${bin}:${environment["PATH"] ?? ""}` };
  const ended = await program.run(["go", "plan.md", "--yes", "--unattended", "--decision-timeout", "1"], {
    cwd: root,
    env,
  });
  await server.close();
  if (ended.code !== 0) process.stdout.write(`go ended with ${ended.code}: ${ended.stderr.slice(-2_000)}\n`);
  for (const name of LIVE_CLIENTS) noteClientRan(name);
  return { root, story: await readStory(root), server, ended };
}

function makeRepository(home: string, files: Readonly<Record<string, string>>): string {
  const root = join(home, "small");
  for (const [path, text] of Object.entries(files)) {
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
