/** What `scrubbedEnvironment` is built from. */
export type EnvironmentSources = {
  /** Names that are passed on in addition to the basic ones; forbidden names are ignored even here. */
  readonly allow?: readonly string[];
  /** Values set for this child on purpose; they win over the source and may hold any name. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Where inherited values come from, usually `process.env`. */
  readonly source: Readonly<Record<string, string | undefined>>;
};

/**
 * The environment of a child process: an allow-list, so that a secret or a variable that steers git or
 * Node reaches a child only when somebody named it. Never fails; unknown names are left out.
 *
 * Inherited by default are the names in `BASIC` and every `LC_*`. More names may be allowed, but never one
 * that would change which repository git touches or which code Node loads; see `docs/spec/attempt.md`.
 */
export function scrubbedEnvironment(sources: EnvironmentSources): Record<string, string> {
  const allowed = new Set([...BASIC, ...(sources.allow ?? [])]);
  const inherited = Object.entries(sources.source).flatMap(([name, value]) =>
    value !== undefined && isInheritable(name, allowed) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(inherited), ...sources.extra };
}

const BASIC = [
  "CI",
  "COLORTERM",
  "HOME",
  "LANG",
  "LANGUAGE",
  "LOGNAME",
  "NO_COLOR",
  "PATH",
  "SHELL",
  "TERM",
  "TMPDIR",
  "TZ",
  "USER",
] as const;

/** Names that redirect git, the loader, the shell or Node; an allow-list entry does not unlock them. */
const FORBIDDEN = /^(?:GIT_|LD_|DYLD_|NODE_OPTIONS$|NODE_PATH$|BASH_ENV$|ENV$|PROMPT_COMMAND$)/;

function isInheritable(name: string, allowed: ReadonlySet<string>): boolean {
  if (FORBIDDEN.test(name)) return false;
  return allowed.has(name) || name.startsWith("LC_");
}
