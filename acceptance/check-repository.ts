import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SUITE } from "./change.ts";
import { changedParts, checkoutOf, type Checkout } from "./checkout.ts";
import { factsOf } from "./check-journal.ts";
import { gitEnvironment, tool } from "./install.ts";
import { leftoversBelow } from "./leftover.ts";
import { expectedFiles, type SeededPlan } from "./seeded-plan.ts";
import type { Stage } from "./stage.ts";
import type { Story } from "./story.ts";
import { copyDependencies } from "./subject.ts";
import { equalTo, noneAmiss, type Check } from "./table.ts";

/** The tree that the plan comes to where everything goes as agreed, computed without Breakwater. */
export function expectedTree({ subject, folder }: Stage, plan: SeededPlan): string {
  const clone = join(folder, "expected");
  tool("git", ["clone", "-q", "--no-checkout", subject.root, clone], folder, gitEnvironment(folder));
  const git = (...args: readonly string[]): string => tool("git", args, clone, gitEnvironment(folder));
  git("checkout", "-q", "--detach", subject.base);
  for (const [path, text] of expectedFiles(plan, subject.published)) writeFileSync(join(clone, path), text);
  git("add", "-A");
  return git("write-tree").trim();
}

/** What git has to show once the session is closed. */
export function repositoryChecks(stage: Stage, plan: SeededPlan, story: Story): readonly Check[] {
  const { git } = stage.subject;
  const found = git("rev-parse", "main^{tree}").trim();
  return [
    equalTo("the branch has the expected tree", found, expectedTree(stage, plan)),
    equalTo("it is the tree that the session proved", found, String(story.state.integration.tree)),
    noneAmiss("no commit has anything out of scope", outOfScope(stage, plan, story)),
    noneAmiss("its commits are the user's", strangers(stage)),
    suiteCheck(stage, plan, story),
  ];
}

/** Paths of commits of the branch and of the integration which the scope of their task does not name. */
function outOfScope({ subject }: Stage, plan: SeededPlan, story: Story): readonly string[] {
  const { git, base } = subject;
  const scopeOf = (id: string): readonly string[] =>
    plan.tasks.find((task) => task.id === id || `${task.id}F1` === id)?.scope ?? [];
  const strays = (from: string, to: string, id: string): readonly string[] =>
    git("diff", "--name-only", "--no-renames", from, to)
      .split("\n")
      .filter((path) => path !== "" && !scopeOf(id).includes(path))
      .map((path) => `${id}: ${path}`);
  const commits = git("log", "--format=%H %s", `${base}..main`).trim().split("\n");
  return [
    ...commits.flatMap((line) => {
      const [, hash = "", id = ""] = /^(\S+) (\w+):/.exec(line) ?? [];
      return hash === "" ? [`a commit without a task: ${line}`] : strays(`${hash}^`, hash, id);
    }),
    ...factsOf(story, "integration.advanced").flatMap(({ attempt, from, to }) =>
      strays(from, to, attempt.replace(/\.\d+$/, "")),
    ),
  ];
}

function strangers({ subject }: Stage): readonly string[] {
  const lines = subject.git("log", "--format=%an <%ae> %cn %s", `${subject.base}..main`).trim().split("\n");
  return lines.filter((line) => !line.startsWith("Ada <ada@example.invalid> Ada "));
}

/** Runs the suite on a fresh clone of the branch. */
function suiteCheck({ subject, folder }: Stage, plan: SeededPlan, story: Story): Check {
  const name = "the suite is green on a fresh clone of the branch";
  const clone = join(folder, "clone");
  tool("git", ["clone", "-q", subject.root, clone], folder, gitEnvironment(folder));
  copyDependencies(clone);
  const baseline = factsOf(story, "gate.finished").find(({ run }) => run.purpose.kind === "baseline");
  const { passed = 0, skipped = 0 } = baseline?.report.counts ?? {};
  try {
    const said = tool("sh", ["-c", SUITE], clone, gitEnvironment(folder));
    const count = Number(/^# tests (\d+)$/m.exec(said)?.[1] ?? 0);
    // Every change of these plans brings two assertions.
    const wanted = passed + skipped + 2 * plan.tasks.length;
    return { name, passed: count === wanted, found: `${count} assertions, ${passed + skipped} before` };
  } catch (cause) {
    return { name, passed: false, found: String(cause).slice(-300) };
  }
}

/** What of the user may be different after the close: the branch, the index and the files of the plan. */
export function closeChecks(stage: Stage, plan: SeededPlan, before: Checkout): readonly Check[] {
  const files = expectedFiles(plan, stage.subject.published).keys();
  const wanted = ["index", "ref refs/heads/main", ...[...files].map((path) => `file ${path}`)];
  const changed = changedParts(before, checkoutOf(stage.subject));
  const differing = [
    ...changed.filter((part) => !wanted.includes(part)).map((part) => `also changed: ${part}`),
    ...wanted.filter((part) => !changed.includes(part)).map((part) => `not changed: ${part}`),
  ];
  return [
    noneAmiss(
      "the close changed the planned files and the branch",
      differing,
      `${changed.length} parts, no other`,
    ),
    equalTo("the checkout is clean", stage.subject.git("status", "--porcelain").trim(), ""),
  ];
}

/** What a session that is over must not leave anywhere. */
export function leftovers({ subject, folder, folders }: Stage): readonly string[] {
  return leftoversBelow(folder, subject.root, folders);
}
