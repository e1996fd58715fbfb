import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  claudeScratch,
  clientProgram,
  codexScratch,
  noteClientRan,
  scriptMark,
  startModelServer,
  type ClientName,
} from "@breakwater/testkit";
import { claudeShell, codexShell, goScript, handingOut, looking, TOOL, workScript } from "./host-model.ts";
import { deniedChecks, doneChecks, HOST_FILES } from "./host-plan.ts";
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
import { closingLine, equalTo, printChecks, type Check } from "./table.ts";

/*
 * The plugins in real hosts, installed as docs/guide/hosts.md says, with scripted models on this machine:
 * `npm run acceptance:hosts`. A person types the command of `go` in Claude Code and in Codex, and the session
 * runs; then Claude's own subagents do the tasks of a plan, and each one's write into the other's file is
 * denied. Names of trials (claude, codex, subagents) choose some. Exits with 1 when something is not as it has to be.
 */

const PLUGINS = join(import.meta.dirname, "../plugins");

type Trial = { readonly root: string; readonly place: Place; readonly url: string };

function openTrial(folder: string, bin: string, url: string): Trial {
  const folders = makeUserFolders(folder);
  const root = join(folders.home, "numbers");
  for (const [path, text] of Object.entries(HOST_FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: readonly string[]): string => tool("git", args, root, gitEnvironment(folders.home));
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ada");
  git("config", "user.email", "ada@example.invalid");
  git("add", "-A", "-f");
  git("commit", "-q", "-m", "Begin");
  return { root, url, place: { cwd: root, env: environmentOf(folders, bin) } };
}

type Ended = { readonly code: number | null; readonly text: string };

function run([program = "", ...args]: readonly string[], { cwd, env }: Place): Promise<Ended> {
  const child = spawn(program, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (chunk) => void (text += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}

/** Installs the plugin in a client with a home of its own and types one line; throws where that fails. */
async function type(
  client: ClientName,
  { root, place, url }: Trial,
  words: readonly string[],
): Promise<Story> {
  const program = clientProgram(client) ?? [];
  const home = join(root, "../client");
  const own = client === "codex" ? codexScratch(home, url) : claudeScratch(home, url);
  // The folders of the user are the session's; of the client's own only what it needs is kept.
  const env = { ...place.env, ...own };
  const install = client === "codex" ? ["plugin", "add"] : ["plugin", "install"];
  const lines = [["plugin", "marketplace", "add", PLUGINS], [...install, "breakwater@breakwater"], words];
  for (const line of lines) {
    const ended = await run([...program, ...line], { ...place, env });
    if (ended.code !== 0)
      throw new Error(`${client} ${line.join(" ")}: ${ended.code} ${ended.text.slice(-2_000)}`);
  }
  noteClientRan(client);
  return readStory(root);
}

const typedInClaude = (file: string, more: readonly string[] = []): readonly string[] => [
  "-p",
  `/breakwater:go ${file} ${scriptMark("host")}`,
  "--allowedTools",
  "Bash(breakwater go:*)",
  ...more,
];

async function inClaude(trial: Trial): Promise<readonly Check[]> {
  const story = await withModel(trial, async (server, there) => {
    const follow = looking(claudeShell);
    server.play("host", goScript(server, { file: "numbers.plan.md", shell: claudeShell, follow }));
    return type("claude", there, typedInClaude("numbers.plan.md"));
  });
  return doneChecks("claude", story);
}

async function inCodex(trial: Trial): Promise<readonly Check[]> {
  const story = await withModel(trial, async (server, there) => {
    const follow = looking(codexShell);
    server.play("host", goScript(server, { file: "numbers.plan.md", shell: codexShell, follow }));
    const typed = `$breakwater:go numbers.plan.md ${scriptMark("host")}`;
    const flags = ["--dangerously-bypass-hook-trust", "--sandbox=danger-full-access"];
    return type("codex", there, ["exec", ...flags, typed]);
  });
  return doneChecks("codex", story);
}

async function bySubagents(trial: Trial): Promise<readonly Check[]> {
  const story = await withModel(trial, async (server, there) => {
    server.play("host", goScript(server, { file: "host.plan.md", shell: claudeShell, follow: handingOut }));
    server.play("sub-T1", workScript(server, "sub-T1", ["src/a.js", "src/b.js"]));
    server.play("sub-T2", workScript(server, "sub-T2", ["src/b.js", "src/a.js"]));
    const state = there.place.env["XDG_STATE_HOME"] ?? "";
    const tools = ["next", "brief", "report"].map((name) => `${TOOL}${name}`);
    const more = [...tools, "--permission-mode=acceptEdits", `--add-dir=${state}`];
    return type("claude", there, typedInClaude("host.plan.md", more));
  });
  return [...doneChecks("subagents", story), ...deniedChecks("subagents", story)];
}

async function withModel(
  trial: Trial,
  play: (server: Awaited<ReturnType<typeof startModelServer>>, trial: Trial) => Promise<Story>,
): Promise<Story> {
  const server = await startModelServer();
  try {
    return await play(server, { ...trial, url: server.url });
  } finally {
    await server.close();
  }
}

const TRIALS: readonly (readonly [string, ClientName, (trial: Trial) => Promise<readonly Check[]>])[] = [
  ["claude", "claude", inClaude],
  ["codex", "codex", inCodex],
  ["subagents", "claude", bySubagents],
];

async function main(): Promise<boolean> {
  const wanted = process.argv.slice(2);
  const folder = makeFolder();
  const program = installTarball(folder);
  const checks: Check[] = [];
  let skipped = 0;
  for (const [name, client, trial] of TRIALS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    if (clientProgram(client) === undefined) {
      process.stdout.write(`SKIPPED: ${client} is not installed; run node scripts/install-clients.mjs\n`);
      skipped += 1;
      continue;
    }
    try {
      checks.push(...(await trial(openTrial(join(folder, name), program.bin, ""))));
    } catch (cause) {
      checks.push(equalTo(`${name}: ran`, cause instanceof Error ? cause.message : String(cause), ""));
    }
  }
  if (checks.length === 0 && skipped > 0) return true;
  printChecks(checks);
  const passed = checks.map((check) => check.passed);
  if (passed.every(Boolean)) removeFolder(folder);
  else process.stdout.write(`kept in ${folder}\n`);
  return closingLine(passed);
}

process.exitCode = (await main()) ? 0 : 1;
