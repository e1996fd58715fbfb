import { fail, ok, plainLine } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";
import { scrubbedEnvironment } from "../process/environment.ts";
import { runInGroup } from "../process/run-in-group.ts";
import { TRACKER_VARIABLES } from "./tracker.ts";

/** An issue of a tracker. Its words are of whoever opened it. */
export type Issue = { readonly number: number; readonly title: string; readonly body: string };

export type IssueSource = {
  readonly number: number;
  /** Where the tracker's program runs; it finds the project by the remote there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `github` or `gitlab`; left out, the address of the remote `origin` says it. */
  readonly tracker?: string;
  readonly context?: GitContext;
};

const MOST_BYTES = 1024 * 1024;
const MOST_BODY = 20_000;
const TIMEOUT_MS = 30_000;

/** Reads one issue through `gh` or `glab`, with the person's own sign-in. Fails with BW837; never throws. */
export async function readIssue(source: IssueSource): Promise<Result<Issue>> {
  const tracker = source.tracker ?? (await trackerOf(source.context));
  const isLab = tracker === "gitlab";
  const program = isLab ? "glab" : "gh";
  const number = String(source.number);
  const exit = await runInGroup({
    command: isLab
      ? [program, "issue", "view", number, "--output", "json"]
      : [program, "issue", "view", number, "--json", "number,title,body"],
    cwd: source.cwd,
    env: scrubbedEnvironment({ source: source.env, allow: TRACKER_VARIABLES }),
    timeoutMs: TIMEOUT_MS,
    tailBytes: MOST_BYTES,
  });
  if (exit.timedOut) return fail(unread(source.number, program, "it did not answer in time"));
  if (exit.code !== 0)
    return fail(unread(source.number, program, exit.startError?.message ?? reasonOf(exit.stderr, program)));
  const issue = issueOf(exit.stdout.toString("utf8"), source.number);
  return issue === undefined ? fail(unread(source.number, program, "its answer is no issue")) : ok(issue);
}

async function trackerOf(context: GitContext | undefined): Promise<string> {
  if (context === undefined) return "github";
  const asked = await git(context, ["config", "--get", "remote.origin.url"]);
  return asked.ok && /gitlab/iu.test(asked.value.stdout.toString("utf8")) ? "gitlab" : "github";
}

function issueOf(text: string, number: number): Issue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { title, body, description }: Record<string, unknown> = { ...value };
  const words = typeof body === "string" ? body : typeof description === "string" ? description : "";
  if (typeof title !== "string") return undefined;
  return { number, title: title.slice(0, 500), body: words.slice(0, MOST_BODY) };
}

function reasonOf(stderr: Buffer, program: string): string {
  const said = stderr.toString("utf8").trim();
  return said === "" ? `${program} could not be run or said nothing` : said;
}

function unread(number: number, program: string, reason: string): Failure {
  return {
    code: "BW837",
    message: `issue ${number} cannot be read with ${program}: ${plainLine(reason, 300)}`,
    why: "Issues are read with the tracker's own program and the sign-in that it has.",
    fix: `install ${program} and sign in, or begin without the issue: breakwater plan new "TITLE"`,
  };
}
