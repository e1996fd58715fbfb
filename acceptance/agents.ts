import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isJsonObject, numberOf, parseJson } from "@breakwater/agents";
import {
  claudeScratch,
  claudeStep,
  clientProgram,
  codexScratch,
  geminiScratch,
  noteClientRan,
  startModelServer,
} from "@breakwater/testkit";
import {
  adoptionChecks,
  countChecks,
  doorChecks,
  endingChecks,
  landingChecks,
  type ClientRun,
} from "./agents-check.ts";
import { clientPlanText, clientTasks, modelOf } from "./agents-plan.ts";
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
import { readStory } from "./story.ts";
import { makeSubject } from "./subject.ts";
import { wallChecks } from "./wall-held.ts";
import { closingLine, equalTo, noneAmiss, printChecks, type Check } from "./table.ts";

/*
 * Carries one session of three waves through with real clients, two of them in the same wave and a third in the
 * last, by the packed program, on the sources of `qs`; their models are scripts on loopback that count what they
 * are asked. All that may happen to a client happens to one: the coordinator is killed while it works, it meets
 * its turn limit, its provider tells it to slow down, it is killed in mid-turn, its endpoint goes dead. `npm run acceptance:agents`. Exits with 1 when a check fails, and keeps its folder then.
 */

const CLIENTS = ["claude", "codex", "gemini"] as const;

/** Everything that a run of this script stands on. */
type Stage = ClientRun & {
  readonly folder: string;
  readonly folders: UserFolders;
  readonly place: Place;
  readonly program: Installed;
};

async function main(): Promise<boolean> {
  const missing = CLIENTS.filter((name) => clientProgram(name) === undefined);
  if (missing.length > 0) {
    process.stdout.write(`not installed: ${missing.join(", ")}; run node scripts/install-clients.mjs\n`);
    return closingLine([false]);
  }
  const begun = Date.now();
  const folder = makeFolder();
  const stage = await openStage(folder);
  const checks = await playSession(stage);
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
  mkdirSync(bin);
  // Links on the path to the programs of the packages, as npm puts them for a user.
  for (const name of ["codex", "gemini"] as const)
    symlinkSync(clientProgram(name)?.at(-1) ?? name, join(bin, name));
  const { HOME: _claude, ...claude } = claudeScratch(join(folder, "claude"), server.url);
  const { HOME: _codex, ...codex } = codexScratch(join(folder, "codex"), server.url);
  const gemini = geminiScratch(folders.home, server.url);
  const environment = environmentOf(folders, program.bin);
  const env = { ...environment, ...claude, ...codex, ...gemini, PATH: `${bin}:${environment["PATH"] ?? ""}` };
  return { folder, folders, subject, place: { cwd: subject.root, env }, program, server, tasks };
}

async function playSession(stage: Stage): Promise<readonly Check[]> {
  const { subject, program, place, server, tasks } = stage;
  const before = checkoutOf(subject);
  const go = program.start(
    ["go", "plans/additions.plan.md", "--yes", "--unattended", "--decision-timeout", "1"],
    place,
  );
  const waiting = tasks.filter(({ waits }) => waits === true).map(({ id }) => id);
  await Promise.race([Promise.all(waiting.map((id) => server.held(id))), go.ended]);
  go.kill();
  const killed = await go.ended;
  const dead = await readStory(subject.root);
  const resumed = program.start(["resume"], place);
  await adopted(subject.root, waiting.length, resumed.ended);
  for (const id of waiting) server.release(id);
  await killClients(stage, resumed.ended);
  const end = await resumed.ended;
  const story = await readStory(subject.root);
  for (const name of CLIENTS) noteClientRan(name);
  return [
    equalTo("the coordinator was killed while two clients waited", killed.signal, "SIGKILL"),
    equalTo("resume went on to the end", end.code, 0),
    ...adoptionChecks(dead, story),
    ...endingChecks(stage, story),
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

/** Resolves when a second coordinator took over so many attempts, or when it ended. */
async function adopted(root: string, count: number, ended: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  while (!over.signal.aborted && factsOf(await readStory(root), "attempt.adopted").length < count)
    await setTimeout(50);
}

/** Kills the client of each task that is to lose it, in the middle of its second turn: nobody answers that one. */
async function killClients({ subject, server, tasks }: Stage, ended: Promise<unknown>): Promise<void> {
  for (const { id } of tasks.filter(({ breaks }) => breaks === "killed")) {
    await Promise.race([server.held(id), ended]);
    const { folder } = await readStory(subject.root);
    const client = parseJson(readFileSync(join(folder, "attempts", `${id}.1.client.json`), "utf8"));
    const pid = isJsonObject(client) ? numberOf(client.pid) : undefined;
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  }
}

process.exitCode = (await main()) ? 0 : 1;
