/** Detectors in the order of precedence: where several fire at one call, the first of the highest level speaks. */
export const STAGNATION_PATTERNS = [
  "error-echo",
  "pagination-spiral",
  "turn-key-repetition",
  "alternation",
  "edit-revert",
  "unchanged-failures",
  "no-progress",
  "monologue",
  "silence",
  "repeated-edits",
] as const;
export type StagnationPattern = (typeof STAGNATION_PATTERNS)[number];

/** Levels from weak to strong: a suspicion is recorded, a nudge tells the agent, a stop ends the attempt. */
export const STAGNATION_LEVELS = ["suspicion", "nudge", "stop"] as const;
export type StagnationLevel = (typeof STAGNATION_LEVELS)[number];

/** From which count on a level is reached; a level without a number is never reached. */
export type Thresholds = Readonly<Partial<Record<StagnationLevel, number>>>;

/** Everything that decides about stagnation, as data (`docs/spec/stagnation.md`). */
export type StagnationRules = {
  readonly thresholds: Readonly<Record<StagnationPattern, Thresholds>>;
  readonly paging: {
    /** Arguments that only choose a part of the same thing, by their plain names. */
    readonly keys: readonly string[];
    /** Of these, those that say where the part begins. */
    readonly starts: readonly string[];
    /** Pages that went back or showed nothing new, needed for a nudge and for a stop. */
    readonly strayForNudge: number;
    readonly strayForStop: number;
    /** So many pages in one direction are worth a nudge, but never a stop. */
    readonly steadyForNudge: number;
    /** So many calls later a further page is a new walk. */
    readonly farCalls: number;
  };
  /** Calls that wait for something: their counts must be `factor` times as high, and standing still is no fault. */
  readonly patience: {
    readonly tools: readonly string[];
    /** Words of a command. */
    readonly words: readonly string[];
    /** Parts of the names of tools. */
    readonly toolParts: readonly string[];
    /** Words of an error that the next try may not meet. */
    readonly errors: readonly string[];
    /** So many failures of that kind, and runs of a check that passes, are left out of account. */
    readonly grace: number;
    /** Words of a short result that say that something is still going on; letters and blanks only. */
    readonly results: readonly string[];
    readonly factor: number;
  };
  /** Arguments that change nothing of what is asked for, by their plain names. */
  readonly asides: readonly string[];
  /** From which level on a record counts as stuck; `nudge` where a pattern is not named. */
  readonly verdicts: Readonly<Partial<Record<StagnationPattern, StagnationLevel>>>;
  /** Words of commands that check something, so that output which names a failure counts whatever the exit. */
  readonly checks: readonly string[];
  /** By the plain name of a tool: the detectors that overlook it. */
  readonly exempt: Readonly<Record<string, readonly StagnationPattern[]>>;
  /** So many calls without a sign of it, and a pattern may be nudged anew. */
  readonly calmCalls: number;
  /** So many calls lie between a nudge and a stop, so that the agent can act on what it was told. */
  readonly roomCalls: number;
};

const words = (text: string): readonly string[] => text.split(" ");

const BOOKKEEPING: readonly StagnationPattern[] = ["alternation", "no-progress"];

/** The rules unless someone says otherwise. In doubt an agent may finish: every limit still holds it. */
export const STAGNATION_RULES: StagnationRules = {
  thresholds: {
    "error-echo": { suspicion: 2, nudge: 3, stop: 5 },
    "pagination-spiral": { suspicion: 3, nudge: 5, stop: 8 },
    "turn-key-repetition": { nudge: 3, stop: 5 },
    alternation: { nudge: 3, stop: 5 },
    "edit-revert": { suspicion: 1, nudge: 2, stop: 4 },
    "unchanged-failures": { suspicion: 2, nudge: 3, stop: 6 },
    "no-progress": { suspicion: 6, nudge: 10, stop: 18 },
    monologue: { suspicion: 3, nudge: 5, stop: 10 },
    silence: { suspicion: 90_000, nudge: 300_000 },
    "repeated-edits": { suspicion: 3 },
  },
  paging: {
    keys: words(
      "offset limit startline endline number headlimit viewrange line lines page pagenumber pagesize startlineoneindexed endlineoneindexedinclusive startlinenumber endlinenumber linestart lineend linerange range start end startindex endindex maxlines numlines maxresults cursor skip take begin from to",
    ),
    starts: words(
      "offset startline viewrange line lines page pagenumber startlineoneindexed startlinenumber linestart linerange range start startindex skip begin from number",
    ),
    strayForNudge: 2,
    strayForStop: 3,
    steadyForNudge: 12,
    farCalls: 25,
  },
  patience: {
    tools: words(
      "computer browseraction step next stepin stepout continue bashoutput taskoutput monitor wait writestdin readterminal sleep commandstatus",
    ),
    toolParts: words(
      "jobstatus taskstatus runstatus buildstatus deploystatus deploymentstatus getstatus checkstatus poll wait commandoutput terminaloutput backgroundoutput processoutput shelloutput agentoutput getoutput stepover stepinto stepout debugstep debugcontinue debuggerstep nextstep click swipe screenshot scroll presskey keypress",
    ),
    words: words("logs journalctl sleep wait watch until --watch wait-for rollout poll"),
    results: [
      ..."pending queued running waiting starting provisioning deploying scheduled creating".split(" "),
      ..."containercreating podinitializing warming processing initializing loading booting".split(" "),
      ..."syncing|in progress|not ready|not yet|still building".split("|"),
    ],
    errors: [
      ..."timed out|timeout|connection refused|econnrefused|connection reset|econnreset|etimedout|eai_again|temporarily unavailable".split(
        "|",
      ),
      ..."too many requests|rate limit|service unavailable|bad gateway|overloaded".split("|"),
    ],
    grace: 2,
    factor: 8,
  },
  asides: words(
    "description explanation instruction thought thoughts reasoning justification timeout timeoutms yieldtimems maxoutputtokens withescalatedpermissions sandboxpermissions toolsummary taskprogress requiresapproval isbackground runinbackground toolcallid title intent securityrisk",
  ),
  verdicts: { "pagination-spiral": "suspicion" },
  checks: [
    ..."test tests vitest jest mocha ava pytest tox rspec tsc lint eslint oxlint check".split(" "),
    ..."typecheck build cargo go make gradle mvn ctest phpunit dotnet".split(" "),
  ],
  exempt: Object.fromEntries(
    words("todowrite todoread updateplan todo writetodos managetodolist updatetodolist").map((tool) => [
      tool,
      BOOKKEEPING,
    ]),
  ),
  calmCalls: 8,
  roomCalls: 2,
};
