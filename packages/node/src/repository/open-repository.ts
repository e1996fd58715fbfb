import { realpathSync } from "node:fs";
import { join } from "node:path";
import { commitId, fail, ok, treeId } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { requireGit } from "../git/git-version.ts";
import { git, gitDiscover } from "../git/run-git.ts";
import { inspectFilters, neutralOverrides, readConfig } from "./content-filter.ts";
import { refusals } from "./refusal.ts";
import type { Repository } from "./repository.ts";
import { refuseUnfit } from "./unfit.ts";
import { repositoryId, stateRoot } from "./state-home.ts";
import { listFiles } from "./tree-listing.ts";

/** A repository as far as git tells it at once: where it lies, what HEAD is, what is configured. */
export type LocatedRepository = Pick<Repository, "root" | "context"> & {
  readonly head: Head;
  readonly config: ReadonlyMap<string, string>;
};

/**
 * Opens the repository that holds `cwd`, or says why no session can work on it and what to do: BW700 to
 * BW710. Reads only; the checkout, its index and its refs stay as they are. Never throws.
 */
export async function openRepository(cwd: string): Promise<Result<Repository>> {
  const located = await locateRepository(cwd);
  return located.ok ? surveyRepository(located.value) : located;
}

/**
 * The first half of `openRepository`, for whoever has work to do while the files of HEAD are listed. The
 * usual case takes three children of git at one time.
 */
export async function locateRepository(cwd: string): Promise<Result<LocatedRepository>> {
  const [version, config, together] = await Promise.all([requireGit(cwd), readConfig(cwd), askTogether(cwd)]);
  if (!version.ok) return version;
  const found = together === undefined ? await askByOne(cwd) : ok(together);
  if (!found.ok) return found;
  if (!config.ok) return config;
  const { checkout } = found.value;
  const context: GitContext = { ...checkout, overrides: neutralOverrides(config.value) };
  const unfit = refuseUnfit(context, config.value);
  if (unfit !== undefined) return fail(unfit);
  const head = found.value.head === undefined ? await readHead(context) : ok(found.value.head);
  if (!head.ok) return head;
  return ok({ root: checkout.workTree, context, head: head.value, config: config.value });
}

type Checkout = GitContext & { readonly workTree: string };

/** Where a checkout lies, and its HEAD where that was asked together with it. */
type Found = { readonly checkout: Checkout; readonly head?: Head };

const QUESTIONS = ["--is-bare-repository", "--absolute-git-dir", "--git-common-dir", "--show-toplevel"];

const HEAD_QUESTIONS = ["HEAD^{commit}", "HEAD^{tree}", "--symbolic-full-name", "HEAD"];

/**
 * All answers at once, where they can be told apart: a path that holds a newline gives more lines than there
 * are questions, and outside of a work tree or before the first commit git fails.
 */
async function askTogether(cwd: string): Promise<Found | undefined> {
  const questions = ["--path-format=absolute", ...QUESTIONS, ...HEAD_QUESTIONS];
  const asked = await gitDiscover(cwd, ["rev-parse", ...questions]);
  if (!asked.ok) return undefined;
  const lines = asked.value.stdout.toString("utf8").split("\n");
  const [bare, gitDir = "", commonDir = "", top = ""] = lines;
  if (bare !== "false" || lines.length !== QUESTIONS.length + HEAD_ANSWERS + 1) return undefined;
  try {
    const workTree = realpathSync(top);
    const checkout = {
      gitDir: realpathSync(gitDir),
      commonDir: realpathSync(commonDir),
      workTree,
      cwd: workTree,
    };
    return { checkout, head: headOf(lines.slice(QUESTIONS.length)) };
  } catch {
    return undefined;
  }
}

/** Commit, tree and name: the option among the questions gets no line. */
const HEAD_ANSWERS = 3;

async function askByOne(cwd: string): Promise<Result<Found>> {
  const bare = await ask(cwd, "--is-bare-repository");
  if (!bare.ok) return fail(notARepository(cwd, bare.failure));
  const gitDir = await ask(cwd, "--absolute-git-dir");
  const commonDir = await ask(cwd, "--git-common-dir");
  if (!gitDir.ok) return gitDir;
  if (!commonDir.ok) return commonDir;
  if (bare.value === "true") return fail(refusals.bare(gitDir.value));
  const top = await ask(cwd, "--show-toplevel");
  if (!top.ok) return fail(refusals.insideGitDir(cwd));
  const workTree = realpathSync(top.value);
  const folders = { gitDir: realpathSync(gitDir.value), commonDir: realpathSync(commonDir.value) };
  return ok({ checkout: { ...folders, workTree, cwd: workTree } });
}

/** One question at a time: a path may hold newlines, so answers cannot be told apart by lines. */
async function ask(cwd: string, question: string): Promise<Result<string>> {
  const asked = await gitDiscover(cwd, ["rev-parse", "--path-format=absolute", question]);
  return asked.ok ? ok(asked.value.stdout.toString("utf8").replace(/\n$/, "")) : asked;
}

/** git tells these apart in prose alone; the prose is fixed by the C locale. */
function notARepository(cwd: string, failure: Failure): Failure {
  if (/dubious ownership/.test(failure.message)) return refusals.foreignOwner(cwd);
  if (/not a git repository/.test(failure.message)) return refusals.noRepository(cwd);
  return failure;
}

/** The second half of `openRepository`: what HEAD holds, and whether that can be worked on. */
export async function surveyRepository(located: LocatedRepository): Promise<Result<Repository>> {
  const { root, context, config, head } = located;
  const files = await listFiles(context, head.commit);
  if (!files.ok) return files;
  const filters = await inspectFilters(context, { config, files: files.value });
  if (!filters.ok) return filters;
  const id = repositoryId(context.commonDir);
  return ok({
    ...head,
    root,
    gitDir: context.gitDir,
    commonDir: context.commonDir,
    context,
    id,
    controlDir: join(root, ".orchestrator"),
    stateHome: join(stateRoot(), id),
    submodules: files.value.filter((entry) => entry.kind === "submodule").map((entry) => entry.path),
    skippedFilters: filters.value,
  });
}

type Head = Pick<Repository, "commit" | "tree" | "branch" | "headRef" | "objectFormat">;

async function readHead(context: GitContext): Promise<Result<Head>> {
  const parsed = await git(context, ["rev-parse", ...HEAD_QUESTIONS]);
  if (!parsed.ok) return fail(refusals.noCommits(context.cwd));
  return ok(headOf(parsed.value.stdout.toString("utf8").split("\n")));
}

function headOf([commit = "", tree = "", name = ""]: readonly string[]): Head {
  // A detached HEAD has no other name than its own.
  const ref = name === "HEAD" ? "" : name;
  return {
    commit: commitId(commit),
    tree: treeId(tree),
    branch: ref === "" ? "detached" : ref.replace(/^refs\/heads\//, ""),
    ...(ref === "" ? {} : { headRef: ref }),
    objectFormat: commit.length === 64 ? "sha256" : "sha1",
  };
}
