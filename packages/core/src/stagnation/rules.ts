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
    /** Arguments that only choose a part of the same thing. */
    readonly keys: readonly string[];
    /** Of these, those that say where the part begins. */
    readonly starts: readonly string[];
    /** Pages that went back or showed nothing new, needed for a nudge and for a stop. */
    readonly strayForNudge: number;
    readonly strayForStop: number;
    /** So many pages in one direction are worth a nudge, but never a stop. */
    readonly steadyForNudge: number;
  };
  /** Calls that wait for something: their counts must be `factor` times as high, and standing still is no fault. */
  readonly patience: {
    readonly tools: readonly string[];
    /** Words of a command. */
    readonly words: readonly string[];
    readonly factor: number;
  };
  /** Words of commands that check something, so that output which names a failure counts whatever the exit. */
  readonly checks: readonly string[];
  /** By the name of a tool in small letters: the detectors that overlook it. */
  readonly exempt: Readonly<Record<string, readonly StagnationPattern[]>>;
  /** So many calls without a sign of it, and a pattern may be nudged anew. */
  readonly calmCalls: number;
  /** So many calls lie between a nudge and a stop, so that the agent can act on what it was told. */
  readonly roomCalls: number;
};

const BOOKKEEPING: readonly StagnationPattern[] = ["turn-key-repetition", "alternation", "no-progress"];

/** The rules unless someone says otherwise. In doubt an agent may finish: every limit still holds it. */
export const STAGNATION_RULES: StagnationRules = {
  thresholds: {
    "error-echo": { suspicion: 2, nudge: 3, stop: 5 },
    "pagination-spiral": { suspicion: 3, nudge: 5, stop: 8 },
    "turn-key-repetition": { nudge: 3, stop: 5 },
    alternation: { nudge: 3, stop: 5 },
    "edit-revert": { suspicion: 2, nudge: 3, stop: 5 },
    "unchanged-failures": { suspicion: 3, nudge: 5, stop: 8 },
    "no-progress": { suspicion: 8, nudge: 12, stop: 20 },
    monologue: { suspicion: 3, nudge: 5, stop: 10 },
    silence: { suspicion: 90_000, nudge: 300_000 },
    "repeated-edits": { suspicion: 3 },
  },
  paging: {
    keys: ["offset", "limit", "start_line", "end_line", "number", "head_limit", "view_range", "line", "page"],
    starts: ["offset", "start_line", "view_range", "line", "page", "number"],
    strayForNudge: 2,
    strayForStop: 3,
    steadyForNudge: 12,
  },
  patience: {
    tools: ["bashoutput", "taskoutput", "monitor", "wait", "write_stdin", "read_terminal", "sleep"],
    words: ["sleep", "wait", "watch", "until", "--watch", "wait-for", "rollout"],
    factor: 8,
  },
  checks: [
    ..."test tests vitest jest mocha ava pytest tox rspec tsc lint eslint oxlint check".split(" "),
    ..."typecheck build cargo go make gradle mvn ctest phpunit dotnet".split(" "),
  ],
  exempt: { todowrite: BOOKKEEPING, update_plan: BOOKKEEPING, todo: BOOKKEEPING },
  calmCalls: 8,
  roomCalls: 2,
};
