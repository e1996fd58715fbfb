import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFakeTracker, type FakeIssue, type FakeTracker } from "@breakwater/testkit";
import {
  environmentOf,
  gitEnvironment,
  installTarball,
  makeUserFolders,
  tool,
  type Ended,
  type Running,
} from "./install.ts";
import { leftoversBelow } from "./leftover.ts";
import { makeFolder, removeFolder } from "./stage.ts";
import { countedStarts, newestJournal, readStory, whenFactsReach } from "./story.ts";
import { makeSubject } from "./subject.ts";
import { closingLine, equalTo, noneAmiss, printChecks, type Check } from "./table.ts";
import { CARRIED, SESSIONS, writeSessionScripts, type WholeSession } from "./whole-plan.ts";

/*
 * Two whole sessions in one checkout of `qs`, one after the other, by the packed program: a planner drafts,
 * a person takes the plan into the branch, `go` is killed, `resume` goes on, `close` is killed and repeated.
 * The remote is a bare repository, the tracker a fake `gh`. The second time the branch moves before the close,
 * and the same work is carried in other words. `npm run acceptance:whole` exits with 1 when a check fails, and
 * keeps its folder then. With `--sweep` close is killed after each fact that it writes, however often it takes.
 */

/** How many facts `go` has written when it is killed: agents are at work. */
const GO_DIES_AT = 20;

type Project = {
  readonly folder: string;
  readonly root: string;
  readonly starts: string;
  readonly tracker: FakeTracker;
  readonly git: (...args: readonly string[]) => string;
  readonly start: (...args: readonly string[]) => Running;
};

async function main(): Promise<boolean> {
  const begun = Date.now();
  const folder = makeFolder();
  const program = installTarball(folder);
  const folders = makeUserFolders(folder);
  const tracker = makeFakeTracker(join(folder, "tracker"), "gh");
  tracker.seed([11, 12].map(issueOf));
  const { root } = makeSubject(folders.home, "not used\n");
  const env = environmentOf(folders, program.bin);
  const place = { cwd: root, env: { ...env, PATH: `${tracker.bin}:${env["PATH"] ?? ""}` } };
  const project: Project = {
    folder,
    root,
    starts: join(folder, "starts"),
    tracker,
    git: (...args) => tool("git", args, root, gitEnvironment(folders.home)).trim(),
    start: (...args) => program.start(args, place),
  };
  connect(project);
  const checks: Check[] = [];
  for (const session of SESSIONS) checks.push(...(await playSession(project, session)));
  checks.push(noneAmiss("nothing is left over", leftoversBelow(folder, root, folders)));
  printChecks(checks);
  const passed = checks.every((check) => check.passed);
  if (passed) removeFolder(folder);
  const fate = passed ? "its folder is removed" : `all of it is kept in ${folder}`;
  process.stdout.write(`${((Date.now() - begun) / 1_000).toFixed(1)} s; ${fate}\n`);
  return closingLine(checks.map((check) => check.passed));
}

function issueOf(number: number): FakeIssue {
  return { number, title: `Issue ${number}`, body: "", labels: [], state: "open", comments: [] };
}

/** Gives the project a remote and a tracker, and keeps the default style of commits. */
function connect({ root, folder, git }: Project): void {
  const settings = readFileSync(join(root, "CLAUDE.md"), "utf8").replace(
    "- commit-style: task\n",
    "- vcs: github\n- agent: scripted\n",
  );
  writeFileSync(join(root, "CLAUDE.md"), settings);
  git("rm", "-q", "plans/additions.plan.md");
  git("commit", "-q", "-a", "-m", "Connect");
  git("init", "-q", "--bare", join(folder, "remote.git"));
  git("remote", "add", "origin", join(folder, "remote.git"));
  git("push", "-q", "-u", "origin", "main");
}

async function playSession(project: Project, session: WholeSession): Promise<readonly Check[]> {
  const { git, root, start } = project;
  const name = (text: string): string => `session ${session.number}: ${text}`;
  const scripts = join(project.folder, `scripts-${session.number}`);
  writeSessionScripts(session, scripts, project.starts);
  const draft = ["session", "feature", "--goal", session.goal, "--out", session.plan];
  const drafted = await start(...draft, "--scripts", scripts).ended;
  git("add", session.plan);
  git("commit", "-q", "-m", `Plan ${session.number}`);
  git("push", "-q");
  const base = git("rev-parse", "HEAD");
  const before = newestJournal(root);
  const go = await killed(
    start("go", session.plan, "--yes", "--unattended", "--decision-timeout", "1", "--scripts", scripts),
    (kill) => whenFactsReach(root, GO_DIES_AT, kill, before),
  );
  const resumed = await start("resume", "--scripts", scripts).ended;
  const untouched = git("rev-parse", "HEAD") === base && git("status", "--porcelain") === "";
  if (session.number === 2) moveBranch(project);
  const onto = git("rev-parse", "HEAD");
  const { hits, last } = await closeUntilDone(project, session);
  return [
    exitOf(name("the plan is drafted"), drafted, 0),
    equalTo(name("go was killed"), go.signal, "SIGKILL"),
    exitOf(name("resume ends with carried work"), resumed, 4),
    equalTo(name("the checkout is untouched until close"), untouched, true),
    exitOf(name(`close ends, killed before: ${hits}`), last, closedByResume(session) ? 0 : 4),
    resultCheck(name("the result for automation"), last, session),
    ...branchChecks(project, session, { onto, name }),
    ...issueChecks(project, name),
    ...recordChecks(project, session, name),
  ];
}

/** Somebody commits while the session waits for its close. */
function moveBranch({ root, git }: Project): void {
  writeFileSync(join(root, "NOTES.md"), "mine\n");
  git("add", "NOTES.md");
  git("commit", "-q", "-m", "Take a note");
  git("push", "-q");
}

/** Then the last close finds nothing left to do. */
function closedByResume({ number }: WholeSession): boolean {
  return number === 1 && !process.argv.includes("--sweep");
}

/** More kills than a close has facts. */
const MOST_KILLS = 60;

async function closeUntilDone(
  { root, start }: Project,
  { number, deaths }: WholeSession,
): Promise<{ readonly hits: number; readonly last: Ended }> {
  let hits = 0;
  if (process.argv.includes("--sweep")) {
    for (; hits < MOST_KILLS; hits += 1) {
      // The first fact of each life says that it took over; the one behind it is where this life ends.
      const facts = (await readStory(root)).recorded.length + 2;
      const ended = await killed(start("close", "--json"), (kill) => whenFactsReach(root, facts, kill));
      if (ended.signal !== "SIGKILL") return { hits, last: ended };
    }
  }
  for (const death of deaths) {
    const journal = newestJournal(root);
    const ended = await killed(start("close"), (kill) => whenJournalSays(journal, death, kill));
    if (ended.signal === "SIGKILL") hits += 1;
  }
  // Who resumes a close that was cut off brings it to the same end as who repeats it.
  if (number === 1) await start("resume").ended;
  return { hits, last: await start("close", "--json").ended };
}

/** What a program that started the session reads of its end. */
function resultCheck(name: string, { stdout }: Ended, { modules }: WholeSession): Check {
  const line = stdout.split("\n").find((each) => each.includes('"type":"session.result"')) ?? "{}";
  const { effectiveness } = JSON.parse(line).automation ?? {};
  const { planned_issues: planned, completed_issues: completed, carryover } = effectiveness ?? {};
  const wanted = `${modules.length + 1} planned, ${modules.length} completed, 1 carried`;
  return equalTo(name, `${planned} planned, ${completed} completed, ${carryover} carried`, wanted);
}

async function killed(running: Running, watch: (kill: () => void) => () => void): Promise<Ended> {
  const stop = watch(running.kill);
  try {
    return await running.ended;
  } finally {
    stop();
  }
}

/** Calls `reached` once, when the journal holds a fact of that type. */
function whenJournalSays(file: string | undefined, type: string, reached: () => void): () => void {
  const timer = setInterval(() => {
    if (file === undefined || !readFileSync(file, "utf8").includes(`"type":"${type}"`)) return;
    clearInterval(timer);
    reached();
  }, 2);
  return () => clearInterval(timer);
}

type Named = (text: string) => string;

function branchChecks(
  { root, git, folder }: Project,
  { modules }: WholeSession,
  { onto, name }: { readonly onto: string; readonly name: Named },
): readonly Check[] {
  const subjects = modules.map(({ title }) => `feat: ${title}`).join("; ");
  const log = git("log", "--reverse", "--format=%an %s", `${onto}..HEAD`).split("\n");
  const files = modules.flatMap((module) => Object.entries(module.files));
  const differing = files.filter(([path, text]) => readFileSync(join(root, path), "utf8") !== text);
  const remote = tool(
    "git",
    ["rev-parse", "main"],
    join(folder, "remote.git"),
    gitEnvironment(folder),
  ).trim();
  return [
    equalTo(name("the branch has one commit for each task"), log.join("; ").replaceAll("Ada ", ""), subjects),
    noneAmiss(
      name("its files are what the agents wrote"),
      differing.map(([path]) => path),
    ),
    equalTo(name("the remote is where the user pushed"), remote, onto),
    equalTo(name("git status is clean"), git("status", "--porcelain"), ""),
  ];
}

function issueChecks({ tracker }: Project, name: Named): readonly Check[] {
  const found = tracker.issues().map(({ number: n, state, comments }) => `#${n} ${state} ${comments.length}`);
  const carried = tracker.issues().find(({ number: n }) => n === 13);
  // The first session tells both issues; the second carries the same work once more, which opens none.
  return [
    equalTo(name("issues and their comments"), found.join(", "), "#11 open 1, #12 closed 1, #13 open 0"),
    equalTo(
      name("the issue of the carried work"),
      `${carried?.title ?? ""} ${(carried?.labels ?? []).join(" ")}`,
      "[Carryover] [FAILED] List the keys of a query priority::high status:ready type:carryover",
    ),
  ];
}

function recordChecks({ root, starts }: Project, session: WholeSession, name: Named): readonly Check[] {
  const tasks = [...session.modules.map((_, at) => `T${at + 1}`), CARRIED];
  const state = readFileSync(join(root, ".orchestrator", "STATE.md"), "utf8");
  const wanted = [
    "status: completed",
    "recommended-mode: deep",
    `  - "${session.carried}"`,
    `- Agent "${session.carried}": failed — 0 files — the keys of nested parameters are not defined → ${session.number === 1 ? "issue" : "existing"} #13`,
    `## What Not To Retry`,
    `- **${session.carried}, as planned (${CARRIED}.1)**`,
  ];
  const records = lines(join(root, ".orchestrator", "metrics", "sessions.jsonl"));
  const agents = lines(join(root, ".orchestrator", "metrics", "subagents.jsonl"));
  const done = SESSIONS.slice(0, session.number);
  const attempts = done.reduce((sum, each) => sum + each.modules.length + 1, 0);
  const ran = countedStarts(starts).filter((line) => line.startsWith(`${session.number}:`));
  return [
    noneAmiss(
      name("STATE.md"),
      wanted.filter((line) => !state.includes(line)),
      "as wanted",
    ),
    equalTo(
      name("records of sessions"),
      records.map(({ status, end }) => `${String(status)} ${String(end)}`).join(", "),
      done.map(() => "completed closed").join(", "),
    ),
    equalTo(name("records of agents"), agents.length, 2 * attempts),
    equalTo(
      name("no agent ran twice"),
      ran.toSorted().join(" "),
      tasks.map((id) => `${session.number}:${id}`).join(" "),
    ),
    equalTo(name("no manifest and no waiting order"), waiting(root), ""),
  ];
}

function waiting(root: string): string {
  const queue = join(root, ".orchestrator", "runtime", "issues");
  const orders = existsSync(queue) ? readdirSync(queue) : [];
  const manifest = join(root, ".orchestrator", "wave-scope.json");
  return [...orders, ...(existsSync(manifest) ? ["wave-scope.json"] : [])].join(" ");
}

function lines(file: string): readonly Readonly<Record<string, unknown>>[] {
  const text = readFileSync(file, "utf8").trim().split("\n");
  return text.map((line) => JSON.parse(line));
}

function exitOf(name: string, { code, stdout, stderr }: Ended, wanted: number): Check {
  const said =
    code === wanted ? `exit ${code}` : `exit ${String(code)} ${stdout.slice(-300)} ${stderr.slice(-500)}`;
  return { name, passed: code === wanted, found: said };
}

process.exitCode = (await main()) ? 0 : 1;
