import type { GitContext } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";

/** Where a project keeps its issues, and whose program reaches them with the person's own sign-in. */
export type IssueTracker = {
  readonly kind: TrackerKind;
  /** Absent where the program itself finds host and project by the remotes. */
  readonly place?: TrackerPlace;
  /** Where the program runs. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
};

export type TrackerKind = "github" | "gitlab";

/** A project; its host is the program's own where the remote names none that the web knows. */
export type TrackerPlace = { readonly host?: string; readonly project: string };

/** What the programs of trackers may know of the environment: where they signed in, and their tokens. */
export const TRACKER_VARIABLES = [
  "GH_TOKEN",
  "GITHUB_TOKEN",
  "GH_HOST",
  "GH_CONFIG_DIR",
  "GITLAB_TOKEN",
  "GITLAB_HOST",
  "GLAB_CONFIG_DIR",
  "XDG_CONFIG_HOME",
  "HTTPS_PROXY",
  "NO_PROXY",
];

/** What is asked: `vcs` is the key of Session Config. */
export type TrackerQuestion = Pick<IssueTracker, "cwd" | "env"> & {
  readonly context: GitContext;
  readonly vcs?: string;
};

/**
 * The tracker of a project: what `vcs` says, else what the address of the remote `origin` shows. The project
 * is that of `origin`, so that issues of a fork never go upstream. Undefined where nothing names a tracker.
 */
export async function findTracker({
  context,
  vcs,
  cwd,
  env,
}: TrackerQuestion): Promise<IssueTracker | undefined> {
  const asked = await git(context, ["remote", "get-url", "origin"]);
  const remote = asked.ok ? remoteOf(asked.value.stdout.toString("utf8").trim()) : undefined;
  const kind = vcs === undefined ? kindOf(remote?.host ?? "") : isKind(vcs) ? vcs : undefined;
  if (kind === undefined) return undefined;
  return { kind, cwd, env, ...(remote === undefined ? {} : { place: placeOf(remote) }) };
}

function isKind(text: string): text is TrackerKind {
  return text === "github" || text === "gitlab";
}

function kindOf(host: string): TrackerKind | undefined {
  if (/github/iu.test(host)) return "github";
  return /gitlab/iu.test(host) ? "gitlab" : undefined;
}

/** Doors for ssh where the usual port is shut lead to the host itself; an alias of ssh is no host of the web. */
const SSH_HOSTS: ReadonlyMap<string, string> = new Map([
  ["ssh.github.com", "github.com"],
  ["altssh.gitlab.com", "gitlab.com"],
]);

type Remote = { readonly host: string; readonly project: string };

function placeOf({ host, project }: Remote): TrackerPlace {
  return host.includes(".") ? { host: SSH_HOSTS.get(host) ?? host, project } : { project };
}

/** Host and project of `https://host/a/b.git`, `ssh://git@host:22/a/b` or `git@host:a/b.git`. */
function remoteOf(url: string): Remote | undefined {
  const found =
    /^(?:https?|ssh|git):\/\/(?:[^/@]*@)?([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?\/(.+?)(?:\.git)?\/?$/u.exec(
      url,
    ) ?? /^(?:[^/@:]+@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/)(.+?)(?:\.git)?\/?$/u.exec(url);
  const [, host, project] = found ?? [];
  if (host === undefined || project === undefined) return undefined;
  const plain = project.split("/").every((part) => /^\w[\w.-]*$/u.test(part));
  return plain && project.includes("/") ? { host, project } : undefined;
}
