import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  claudeScratch,
  claudeStep,
  clientProgram,
  codexScratch,
  noteClientRan,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";
import { dispositionOf } from "@breakwater/core";
import { attemptChecks } from "./agents-attempt.ts";
import {
  clientPlanText,
  clientTasks,
  modelOf,
  requestsOf,
  scopeOf,
  SMUGGLED,
  STRAY,
  type ClientTask,
} from "./agents-plan.ts";
import { changedParts, checkoutOf } from "./checkout.ts";
import { factsOf } from "./check-journal.ts";
import {
  environmentOf,
  installTarball,
  makeUserFolders,
  type Installed,
  type Place,
  type UserFolders,
} from "./install.ts";
import { leftoversBelow } from "./leftover.ts";
import { makeFolder, removeFolder } from "./stage.ts";
import { readStory, type Story } from "./story.ts";
import { makeSubject, type Subject } from "./subject.ts";
import { wallChecks } from "./wall-held.ts";
import { closingLine, equalTo, noneAmiss, printChecks, type Check } from "./table.ts";

/*
 * Carries a session through with two real clients in the same wave, by the packed program, on the sources of
 * `qs`; their models are scripts on loopback that count what they are asked. The coordinator is killed while
 * both clients work. `npm run acceptance:agents`. Exits with 1 when a check fails, and keeps its folder then.
 */

/** Everything that a run of this script stands on. */
type Stage = {
  readonly folder: string;
  readonly folders: UserFolders;
  readonly subject: Subject;
  readonly place: Place;
  readonly program: Installed;
  readonly server: ModelServer;
  readonly tasks: readonly ClientTask[];
};

async function main(): Promise<boolean> {
  const missing = (["claude", "codex"] as const).filter((name) => clientProgram(name) === undefined);
  if (missing.length > 0) {
    process.stdout.write(`not installed: ${missing.join(", ")}; run node scripts/install-clients.mjs\n`);
    return closingLine([false]);
  }
  const begun = Date.now();
  const folder = makeFolder();
  const stage = await openStage(folder);
  const checks = [...(await playSession(stage)), ...(await attemptChecks())];
  await stage.server.close();
  printChecks(checks);
  const passed = checks.every((check) => check.passed);
  if (passed) removeFolder(folder);
  const fate = passed ? "its folder is removed" : `all of it is kept in ${folder}`;
  process.stdout.write(`${((Date.now() - begun) / 1_000).toFixed(1)} s; ${fate}\n`);
  return closingLine(checks.map((check) => check.passed));
}

async function openStage(folder: string): Promise<Stage> {
  const tasks = clientTasks();
  const program = installTarball(folder);
  const folders = makeUserFolders(folder);
  const subject = makeSubject(folders.home, clientPlanText(tasks));
  const server = await startModelServer();
  for (const task of tasks) server.play(task.id, modelOf(task));
  // The simplification that the engine adds has a brief of its own, which names no script.
  server.play("", () => claudeStep({ turn: "end", text: "STATUS: no-op — nothing to simplify" }));
  const bin = join(folder, "clients");
  installCodex(bin);
  const { HOME: _claude, ...claude } = claudeScratch(join(folder, "claude"), server.url);
  const { HOME: _codex, ...codex } = codexScratch(join(folder, "codex"), server.url);
  const environment = environmentOf(folders, program.bin);
  const env = { ...environment, ...claude, ...codex, PATH: `${bin}:${environment["PATH"] ?? ""}` };
  return { folder, folders, subject, place: { cwd: subject.root, env }, program, server, tasks };
}

/** Puts the client of the tests where npm puts it for a user: a link on the path to the package's program. */
function installCodex(bin: string): void {
  mkdirSync(bin, { recursive: true });
  symlinkSync(clientProgram("codex")?.at(-1) ?? "codex", join(bin, "codex"));
}

async function playSession(stage: Stage): Promise<readonly Check[]> {
  const { subject, program, place, server, tasks } = stage;
  const before = checkoutOf(subject);
  const go = program.start(
    ["go", "plans/additions.plan.md", "--yes", "--unattended", "--decision-timeout", "1"],
    place,
  );
  const waiting = tasks.filter(({ waits }) => waits === true).map(({ id }) => id);
  const early = go.ended.then((end) => ({ ...end, early: true }));
  await Promise.race([Promise.all(waiting.map((id) => server.held(id))), early]);
  const asked = server.requests.length;
  go.kill();
  const killed = await go.ended;
  const dead = await readStory(subject.root);
  for (const id of waiting) server.release(id);
  const resumed = await program.run(["resume"], place);
  const story = await readStory(subject.root);
  for (const name of ["claude", "codex"] as const) noteClientRan(name);
  return [
    equalTo(
      "the coordinator was killed while both clients waited for their models",
      killed.signal,
      "SIGKILL",
    ),
    {
      name: "both had asked their models by then",
      passed: asked >= waiting.length,
      found: `${asked} requests`,
    },
    equalTo("resume went on to the end", resumed.code, 0),
    ...adoptionChecks(dead, story),
    ...landingChecks(stage, story),
    ...doorChecks(stage, story),
    ...wallChecks(story),
    ...countChecks(stage, story),
    noneAmiss(
      "the checkout was left alone",
      changedParts(before, checkoutOf(subject)),
      `${before.size} parts as before`,
    ),
    noneAmiss(
      "nothing runs any more",
      leftoversBelow(stage.folder, subject.root, stage.folders).filter((each) => each.startsWith("process")),
      "no process",
    ),
  ];
}

function adoptionChecks(dead: Story, story: Story): readonly Check[] {
  const since = story.facts.slice(dead.facts.length);
  const over = new Set(factsOf(dead, "attempt.exited").map(({ attempt }) => attempt));
  const begun = factsOf(dead, "attempt.started").map(({ attempt }) => attempt);
  const running = begun.filter((attempt) => !over.has(attempt));
  const found = since.flatMap((fact) =>
    fact.type === "attempt.adopted" || fact.type === "attempt.exited" ? [fact.attempt] : [],
  );
  const lost = factsOf(story, "attempt.exited").filter(({ report }) => report.ending.kind === "lost");
  return [
    {
      name: "clients of two kinds ran when it died",
      passed: running.length >= 2,
      found: `${running.length} attempts`,
    },
    noneAmiss(
      "each was adopted or collected",
      running.filter((attempt) => !found.includes(attempt)),
      running.join(", "),
    ),
    noneAmiss(
      "none was lost",
      lost.map(({ attempt }) => attempt),
    ),
  ];
}

function landingChecks({ subject, tasks }: Stage, story: Story): readonly Check[] {
  const open = [...story.state.tasks.values()].flatMap((each) => {
    const kind = dispositionOf(story.state, each)?.kind ?? "open";
    return kind === "done" || kind === "no-op" ? [] : [`${each.task.id} is ${kind}`];
  });
  const { git, base } = subject;
  const changed = git("diff", "--name-only", "--no-renames", base, String(story.state.integration.head))
    .trim()
    .split("\n");
  const planned = [...new Set(tasks.flatMap(scopeOf))];
  const odd = [
    ...changed.filter((path) => !planned.includes(path)),
    ...planned.filter((path) => !changed.includes(path)).map((path) => `not ${path}`),
  ];
  const limited = tasks.find(({ turns }) => turns !== undefined)?.id ?? "";
  const ending = factsOf(story, "attempt.exited").find(({ attempt }) => attempt === `${limited}.1`)?.report
    .ending;
  return [
    noneAmiss("every task is done", open, `${story.state.tasks.size} tasks`),
    noneAmiss("the tree has what was planned and nothing else", odd, `${changed.length} files`),
    equalTo(
      "one met its turn limit",
      ending?.kind === "limit" ? ending.limit : (ending?.kind ?? "none"),
      "turns",
    ),
  ];
}

/** Denied at the door of each client; and the redirect behind it came nowhere. */
function doorChecks({ subject, tasks }: Stage, story: Story): readonly Check[] {
  const denials = factsOf(story, "scope.denied");
  const strays = tasks.filter(({ strays: does }) => does === true);
  const undenied = strays.filter(
    ({ id }) =>
      !denials.some(
        ({ attempt, path, allowed }) => attempt.startsWith(`${id}.`) && path === STRAY && !allowed,
      ),
  );
  const head = String(story.state.integration.head);
  const kept = [STRAY, SMUGGLED].filter(
    (path) => existsAt(subject, head, path) !== existsAt(subject, subject.base, path),
  );
  const rules = denials
    .filter(({ path }) => path !== STRAY)
    .map(({ attempt, path, rule }) => `${attempt} ${path} ${rule}`);
  return [
    noneAmiss(
      "each stray write was denied at the client's own door",
      undenied.map(({ id }) => id),
      strays.map(({ id, agent }) => `${id} ${agent}`).join(", "),
    ),
    noneAmiss(
      "no redirect came into the tree",
      kept,
      rules.length === 0 ? "none tried it past the door or the wall held it" : [...new Set(rules)].join("; "),
    ),
  ];
}

function existsAt({ git }: Subject, commit: string, path: string): string {
  return git("ls-tree", commit, "--", path).trim();
}

/** Every request is counted where it was paid for, and what the reports say adds up to it. */
function countChecks({ server, tasks }: Stage, story: Story): readonly Check[] {
  const used = new Map<string, { input: number; turns: number }>();
  for (const { attempt, report } of factsOf(story, "attempt.exited")) {
    const id = attempt.replace(/\.\d+$/u, "");
    const sum = used.get(id) ?? { input: 0, turns: 0 };
    used.set(id, {
      input: sum.input + (report.usage.inputTokens ?? 0),
      turns: sum.turns + report.usage.turns,
    });
  }
  const rows = tasks.map(({ id, refusals = 0 }) => {
    const requests = server.requestsOf(id).length - refusals;
    return { id, requests, input: used.get(id)?.input ?? 0 };
  });
  const odd = tasks.flatMap((task) => {
    const attempts = factsOf(story, "attempt.started").filter(({ attempt }) =>
      attempt.startsWith(`${task.id}.`),
    );
    const requests = server.requestsOf(task.id);
    const conversations = new Set(requests.map(({ conversation }) => conversation)).size;
    const resumed = factsOf(story, "attempt.opened").filter(
      ({ attempt, correction }) => attempt.startsWith(`${task.id}.`) && correction?.resume !== undefined,
    );
    const begun = attempts.length - resumed.length;
    const wanted = requestsOf(task, attempts.length);
    // One more after each report is Claude Code's own doing.
    const more = task.agent === "claude" ? attempts.length : 0;
    const paid = requests.length >= wanted && requests.length <= wanted + more;
    if (paid && conversations === begun) return [];
    return [`${task.id}: ${requests.length} requests in ${conversations}, wanted ${wanted} in ${begun}`];
  });
  return [
    noneAmiss("each attempt asked once for each of its turns", odd, `${server.requests.length} requests`),
    {
      name: "the simplification that the engine adds asked its own model",
      passed: [1, 2].includes(server.requestsOf("").length),
      found: `${server.requestsOf("").length} requests`,
    },
    noneAmiss(
      "tokens add up to the requests that were answered",
      rows
        .filter(({ input, requests }) => input !== requests * 1_000)
        .map(({ id, input, requests }) => `${id}: ${input} tokens, ${requests} answers`),
      `${rows.reduce((sum, { input }) => sum + input, 0)} input tokens`,
    ),
  ];
}

process.exitCode = (await main()) ? 0 : 1;
