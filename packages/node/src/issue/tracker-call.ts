import { fail, ok, plainLine } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { scrubbedEnvironment } from "../process/environment.ts";
import { runInGroup } from "../process/run-in-group.ts";
import { TRACKER_VARIABLES, type IssueTracker } from "./tracker.ts";

/** One call of a tracker's interface. `path` lies below the project; `body` goes in by stdin as JSON. */
export type TrackerCall = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
};

const TIMEOUT_MS = 30_000;
/** A page of a hundred issues with long bodies. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Calls the interface of a tracker by `gh api` or `glab api`, started by argument list and never by a shell.
 * No word of a plan or an agent is an argument. BW795 where the program is missing, fails, takes longer than
 * 30 seconds or answers no JSON; BW799 where the tracker itself refuses for good; never throws.
 */
export async function callTracker(tracker: IssueTracker, call: TrackerCall): Promise<Result<unknown>> {
  const exit = await runInGroup({
    command: commandOf(tracker, call),
    cwd: tracker.cwd,
    env: scrubbedEnvironment({ source: tracker.env, allow: TRACKER_VARIABLES }),
    timeoutMs: TIMEOUT_MS,
    tailBytes: MOST_BYTES,
    ...(call.body === undefined ? {} : { stdin: Buffer.from(JSON.stringify(call.body)) }),
    ...(tracker.signal === undefined ? {} : { signal: tracker.signal }),
  });
  const program = programOf(tracker);
  if (exit.timedOut) return fail(noAnswer(program, "it did not answer in time"));
  if (exit.code !== 0) {
    const said = exit.startError?.message ?? saidBy(exit.stderr, exit.code);
    return fail(FOR_GOOD.test(said) ? refused(program, said) : noAnswer(program, said));
  }
  try {
    const value: unknown = JSON.parse(exit.stdout.toString("utf8"));
    return ok(value);
  } catch {
    return fail(noAnswer(program, "its answer is no JSON"));
  }
}

function programOf({ kind }: IssueTracker): string {
  return kind === "github" ? "gh" : "glab";
}

function commandOf(
  tracker: IssueTracker,
  { method, path, body }: TrackerCall,
): readonly [string, ...string[]] {
  const { kind, place } = tracker;
  const host = place?.host === undefined ? [] : ["--hostname", place.host];
  const input = body === undefined ? [] : ["--input", "-"];
  const json = body === undefined || kind === "github" ? [] : ["--header", "Content-Type: application/json"];
  return [
    programOf(tracker),
    "api",
    ...host,
    "--method",
    method,
    ...json,
    ...input,
    `${root(tracker)}/${path}`,
  ];
}

/** The placeholders are filled by the programs themselves. */
function root({ kind, place }: IssueTracker): string {
  if (kind === "github") return `repos/${place?.project ?? "{owner}/{repo}"}`;
  return `projects/${place === undefined ? ":fullpath" : encodeURIComponent(place.project)}`;
}

function saidBy(stderr: Buffer, code: number | null): string {
  const said = stderr.toString("utf8").trim();
  return said === "" ? `exit ${String(code)}, and it said nothing` : said;
}

/** What both programs say of an answer that stays the same however often it is asked for. */
const FOR_GOOD = /\b(?:404|410|422)\b/u;

function refused(program: string, said: string): Failure {
  return {
    code: "BW799",
    message: `the tracker refuses it: ${plainLine(said, 300)}`,
    why: `${program} reached it, and the same request will be answered the same way.`,
    fix: "Look at the issue that the plan names, then tell it by hand; what was carried is in carryover.md",
  };
}

function noAnswer(program: string, reason: string): Failure {
  return {
    code: "BW795",
    message: `${program} could not be asked about issues: ${plainLine(reason, 300)}`,
    why: "Issues are filed by the tracker's own program and the sign-in that it has.",
    fix: `Install ${program} and sign in; what waits is filed by the next: breakwater close`,
  };
}
