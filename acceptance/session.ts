import { changedParts, checkoutOf } from "./checkout.ts";
import { journalChecks } from "./check-journal.ts";
import { closeChecks, leftovers, repositoryChecks } from "./check-repository.ts";
import { viewChecks } from "./check-views.ts";
import { installTarball } from "./install.ts";
import { planOfSeed, type SeededPlan } from "./seeded-plan.ts";
import { endOrKill, makeFolder, NOMINAL_FACTS, openStage, removeFolder, type Stage } from "./stage.ts";
import { countedStarts, readStory } from "./story.ts";
import { closingLine, equalTo, noneAmiss, numberFlag, printChecks, type Check } from "./table.ts";

/*
 * Carries a whole session through on code that nobody here wrote: the sources of `qs` with its own suite as
 * the gate, by the packed and unpacked program. `npm run acceptance -- --seed N`; the seed decides who
 * conflicts, what regresses, who strays, and where the coordinator dies. Exits with 1 when a check fails,
 * and keeps its folder then.
 */

async function main(seed: number): Promise<boolean> {
  const folder = makeFolder();
  const begun = Date.now();
  const program = installTarball(folder);
  const plan = planOfSeed(seed);
  const stage = openStage(folder, plan, program);
  process.stdout.write(
    `${stage.subject.name} with its own suite, by ${program.tarball} unpacked\n${outline(plan)}\n\n`,
  );
  const checks = await playSession(stage, plan);
  printChecks(checks);
  const passed = checks.every((check) => check.passed);
  if (passed) removeFolder(folder);
  const fate = passed ? "its folder is removed" : `all of it is kept in ${folder}`;
  process.stdout.write(`${((Date.now() - begun) / 1_000).toFixed(1)} s; ${fate}\n`);
  return closingLine(checks.map((check) => check.passed));
}

/** What the seed decided, in words. */
function outline(plan: SeededPlan): string {
  const { tasks, pair, meeting, culprit, strayTool, strayShell, death } = plan;
  return [
    `seed ${plan.seed}: ${tasks.map(({ id, wave, change }) => `${id} ${change.name} (wave ${wave})`).join(", ")}`,
    `${pair.join(" and ")} meet in ${meeting}; ${culprit.id} breaks the suite: ${culprit.fault?.what ?? ""}`,
    `${strayTool.id} strays to ${strayTool.strayTool ?? ""} with a tool, ${strayShell.id} to ${strayShell.strayShell ?? ""} by shell`,
    `kill -9 at fact ${Math.round(death * NOMINAL_FACTS)} or right behind`,
  ].join("\n");
}

async function playSession(stage: Stage, plan: SeededPlan): Promise<readonly Check[]> {
  const before = checkoutOf(stage.subject);
  const lint = await stage.run("plan", "lint", "plans/additions.plan.md");
  const killed = await endOrKill(stage, stage.go(), Math.round(plan.death * NOMINAL_FACTS));
  const dead = (await readStory(stage.subject.root)).recorded.length;
  const resumed = await stage.resume().ended;
  const early = changedParts(before, checkoutOf(stage.subject));
  const settled = await readStory(stage.subject.root);
  const close = await stage.run("close");
  const story = await readStory(stage.subject.root);
  return [
    equalTo("the plan has no errors", lint.code, 0),
    equalTo("the coordinator was killed", killed.signal, "SIGKILL"),
    {
      name: "it died in the middle",
      passed: dead < settled.recorded.length,
      found: `with ${dead} of ${settled.recorded.length} facts`,
    },
    equalTo("resume went on to the end", resumed.code, 0),
    noneAmiss("the checkout was left alone until the close", early, `${before.size} parts as before`),
    equalTo("close moved the branch", close.code, 0),
    ...journalChecks(plan, story, countedStarts(stage.starts)),
    ...repositoryChecks(stage, plan, story),
    ...closeChecks(stage, plan, before),
    ...(await viewChecks(stage, plan, story)),
    noneAmiss("nothing is left over", leftovers(stage), "no worktree, lock, process or temporary file"),
  ];
}

process.exitCode = (await main(numberFlag("--seed", 1))) ? 0 : 1;
