import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  environmentOf,
  makeUserFolders,
  tool,
  type Ended,
  type Installed,
  type Place,
  type Running,
  type UserFolders,
} from "./install.ts";
import { planText, type SeededPlan } from "./seeded-plan.ts";
import { writeScripts } from "./seeded-script.ts";
import { makeSubject, type Subject } from "./subject.ts";
import { whenFactsReach } from "./story.ts";

/** A repository with its plan and scripts, a user with folders of its own, and the installed program. */
export type Stage = {
  /** Everything lies below this folder. */
  readonly folder: string;
  readonly folders: UserFolders;
  readonly subject: Subject;
  readonly place: Place;
  /** The file of counted starts. */
  readonly starts: string;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** Begins the session of the plan. */
  readonly go: () => Running;
  readonly resume: () => Running;
};

/** About how many facts a session of a seeded plan has; where its coordinator dies is a share of it. */
export const NOMINAL_FACTS = 185;

/** A new temporary folder; short, because sockets are made below it. */
export function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "bw-acc-")));
}

/** Sets the stage for a plan below `folder`. */
export function openStage(folder: string, plan: SeededPlan, program: Installed): Stage {
  mkdirSync(folder, { recursive: true });
  const folders = makeUserFolders(folder);
  const subject = makeSubject(folders.home, planText(plan));
  const scripts = join(folder, "scripts");
  const starts = join(folder, "starts");
  writeScripts(plan, scripts, starts);
  const place = { cwd: subject.root, env: environmentOf(folders, program.bin) };
  return {
    folder,
    folders,
    subject,
    place,
    starts,
    run: (...args) => program.run(args, place),
    go: () =>
      program.start(
        [
          "go",
          "plans/additions.plan.md",
          "--yes",
          "--unattended",
          "--decision-timeout",
          "1",
          "--scripts",
          scripts,
        ],
        place,
      ),
    resume: () => program.start(["resume", "--scripts", scripts], place),
  };
}

/** Waits for a run to end, and kills it as soon as the journal holds so many facts. */
export async function endOrKill(stage: Stage, running: Running, facts: number): Promise<Ended> {
  const stop = whenFactsReach(stage.subject.root, facts, running.kill);
  try {
    return await running.ended;
  } finally {
    stop();
  }
}

/** Removes a folder of stages. The copies of dependencies are read-only, so that is taken back first. */
export function removeFolder(folder: string): void {
  tool("chmod", ["-R", "u+w", "--", folder], "/");
  rmSync(folder, { recursive: true, force: true });
}
