import { anything } from "./anything-reader.ts";
import { list, listOf, mapOf, part } from "./compound-reader.ts";
import { blockOf, idle, keysOf } from "./key-spec.ts";
import { decimal, oneOf, text, trueOrFalse, wholeNumber } from "./value-reader.ts";

const records = keysOf("records");
const start = keysOf("start");
const close = keysOf("close");
const companion = keysOf("companions");

const count = wholeNumber({ least: 0 });
const endpoint = {
  ...mapOf(text("a text")),
  form: "`name` and `url`",
};

/** The keys of records, start and close, and those of other programs. */
export const PROJECT_KEYS = {
  "learning-expiry-days": records<number>(count, 30, "days that a learning holds; unset, its type decides"),
  "learnings-surface-top-n": records<number>(count, 15, "how many learnings are read"),
  "learning-decay-rate": records<number>(
    decimal({ from: 0, below: 1 }),
    0.05,
    "what a learning that nothing confirms loses",
  ),
  "memory-cleanup-threshold": records<number>(count, 5, "sessions until tidying is suggested", idle),
  "memory-cleanup-soft-limit": records<number>(count, 180, "lines until tidying is suggested", idle),
  memory: records<unknown>(anything, undefined, "proposals for learnings", idle),
  "events-rotation": blockOf(
    "records",
    {
      enabled: part(trueOrFalse, true, "whether the file is rotated"),
      "max-size-mb": part(wholeNumber({ least: 1 }), 10, "at this size"),
      "max-backups": part(count, 5, "how many are kept"),
    },
    { summary: "rotation of events.jsonl", idle: true },
  ),
  "state-md-lock": blockOf(
    "records",
    {
      enabled: part(trueOrFalse, true, "whether STATE.md is locked"),
      "timeout-ms": part(count, 10_000, "how long to wait for it"),
    },
    { summary: "the lock of STATE.md; one coordinator under a lease writes it here", idle: true },
  ),
  vcs: start<string>(text("github or gitlab"), undefined, "where issues are; found by the remote"),
  "gitlab-host": start<string>(text("a host name"), undefined, "the host of GitLab", idle),
  "cross-repos": start<readonly string[]>(list, undefined, "repositories that belong together", idle),
  "ssot-files": start<readonly string[]>(list, undefined, "files that hold the truth of a project", idle),
  "health-endpoints": start<readonly Readonly<Record<string, string>>[]>(
    listOf(endpoint, { of: "list of `name` and `url`" }),
    undefined,
    "what is asked for health",
    idle,
  ),
  "recent-commits": start<number>(count, 20, "how many commits are read", idle),
  "issue-limit": start<number>(count, 50, "how many issues are read", idle),
  "stale-branch-days": start<number>(count, 7, "when a branch is old", idle),
  "stale-issue-days": start<number>(count, 30, "when an issue is old", idle),
  "ssot-freshness-days": start<number>(count, 5, "when a file of truth is old", idle),
  "plugin-freshness-days": start<number>(count, 30, "when a plugin is old", idle),
  "ecosystem-health": start<boolean>(trueOrFalse, false, "whether health is asked for", idle),
  "enable-host-banner": start<boolean>(trueOrFalse, true, "whether the host is shown", idle),
  "plan-baseline-path": start<string>(text("a folder"), undefined, "where templates are", idle),
  "baseline-ref": start<string>(text("a ref"), undefined, "the version of templates", idle),
  "baseline-project-id": start<string>(text("an id"), undefined, "the project of templates", idle),
  "plan-default-visibility": start<string>(text("a word"), "internal", "of new projects", idle),
  "plan-prd-location": start<string>(text("a folder"), "docs/prd/", "where requirements go", idle),
  "plan-retro-location": start<string>(text("a folder"), "docs/retro/", "where retrospectives go", idle),
  "discovery-on-close": close<boolean>(trueOrFalse, false, "whether close looks for issues", idle),
  "discovery-probes": close<readonly string[]>(list, ["all"], "what is looked for", idle),
  "discovery-exclude-paths": close<readonly string[]>(list, [], "where it is not looked", idle),
  "discovery-severity-threshold": close<"critical" | "high" | "medium" | "low">(
    oneOf("critical", "high", "medium", "low"),
    "low",
    "from which severity it is reported",
    idle,
  ),
  "discovery-confidence-threshold": close<number>(
    wholeNumber({ least: 0, most: 100 }),
    60,
    "from which confidence it is reported",
    idle,
  ),
  "discovery-parallelism": close<number>(
    wholeNumber({ least: 1, most: 16, instead: 5 }),
    5,
    "how many look at one time",
    idle,
  ),
  "discovery-validator": blockOf(
    "close",
    { enabled: part(trueOrFalse, true, "whether findings are checked") },
    { summary: "a second look at findings", idle: true },
  ),
  "commit-style": close<"conventional" | "task">(
    oneOf("conventional", "task"),
    "conventional",
    "subjects of commits: `feat: title`, or `T1: title`",
  ),
  "close-commits": close<"per-task" | "summary">(
    oneOf("per-task", "summary"),
    "per-task",
    "one commit for each task, or one for all",
  ),
  mirror: close<string>(text("the name of a remote"), undefined, "pushed to after close", idle),
  "issue-budget": blockOf(
    "close",
    {
      "max-per-session": part(count, 12, "the most new issues"),
      mode: part(oneOf("strict", "warn", "off"), "strict", "what happens beyond"),
      overflow: part(text("a word"), "collect-issue", "where the rest goes"),
    },
    { summary: "the most issues that a session may open", idle: true },
  ),
  "handover-gate": blockOf(
    "close",
    {
      enabled: part(trueOrFalse, true, "whether open questions are counted"),
      "max-open-questions": part(count, 3, "how many may stay"),
    },
    { summary: "open questions at close", idle: true },
  ),
  "broken-window-budget": blockOf(
    "close",
    {
      enabled: part(trueOrFalse, false, "whether left-overs get a date"),
      "due-days": part(count, 7, "how long they may stay"),
    },
    { summary: "left-overs with a date", idle: true },
  ),
  "templates-first": blockOf(
    "close",
    {
      enabled: part(trueOrFalse, true, "whether templates of issues are used"),
      hosts: part(list, ["github", "gitlab"], "where"),
    },
    { summary: "templates of issues", idle: true },
  ),
  "wave-reviewers": blockOf(
    "close",
    {
      enabled: part(trueOrFalse, false, "whether they are asked"),
      reviewers: part(list, [], "who"),
      mode: part(oneOf("warn", "strict", "off"), "warn", "what a finding does"),
    },
    {
      summary: "advice after implementation waves; `reviewer` names the agent that reviews here",
      idle: true,
      alias: "persona-reviewers",
    },
  ),
  "persona-gate-wave": close<unknown>(anything, undefined, "a vote of reviewers", idle),
  "output-schema-validation": blockOf(
    "close",
    {
      enabled: part(trueOrFalse, false, "whether outputs are checked"),
      enforce: part(oneOf("warn", "strict", "off"), "warn", "what a wrong one does"),
    },
    { summary: "outputs of agents are always checked here", idle: true },
  ),
  "convergence-monitoring": close<boolean>(trueOrFalse, false, "advice to stop", idle),
  "auto-skill-dispatch": companion<boolean>(trueOrFalse, false, "skills by themselves", idle),
  ...companions(
    "auto-dream",
    "cold-start",
    "context-coverage",
    "cross-repo",
    "custom-phases",
    "dialectic",
    "dispatcher-autonomy",
    "drift-check",
    "eval",
    "evolve",
    "gitlab-portfolio",
    "moc-staleness",
    "reconcile",
    "skill-evolution",
    "slopcheck",
    "test",
    "vault-dir",
    "vault-integration",
    "vault-mirror",
    "vault-staleness",
    "vault-sync",
  ),
} as const;

type Companion<Name extends string> = { readonly [Key in Name]: ReturnType<typeof companion<unknown>> };

/** Keys that mean nothing here and are no mistake either. */
function companions<Name extends string>(...names: readonly Name[]): Companion<Name> {
  const entries = names.map((name) => [
    name,
    companion<unknown>(anything, undefined, "kept as it is written", idle),
  ]);
  // The entries are exactly the names that were given, which the compiler cannot see.
  return Object.fromEntries(entries) as Companion<Name>;
}
