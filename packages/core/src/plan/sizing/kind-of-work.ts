import type { Role } from "../plan.ts";

/** The kinds of work that `agent-mapping` knows. */
export type KindOfWork = "impl" | "test" | "db" | "ui" | "security" | "compliance" | "docs" | "perf";

const WORDS: readonly (readonly [KindOfWork, RegExp])[] = [
  ["db", /\b(?:database|sql|migrations?|schema|query|queries|index(?:es)?|orm|postgres|mysql|sqlite)\b/i],
  ["ui", /\b(?:ui|component|css|layout|page|button|form|frontend|accessib\w+|responsive|style)\b/i],
  ["security", /\b(?:security|auth\w*|vulnerab\w+|csrf|xss|secrets?|permission|encrypt\w*)\b/i],
  ["compliance", /\b(?:compliance|gdpr|licen[cs]e|privacy|retention)\b/i],
  ["perf", /\b(?:performance|latency|throughput|cache|profil\w+|memory|benchmark)\b/i],
  ["test", /\b(?:tests?|coverage|fixtures?|e2e)\b/i],
];

/** What kind of work a task is: its role where that says it, else the first words that fit, else `impl`. */
export function kindOfWork(task: {
  readonly role: Role;
  readonly title: string;
  readonly brief: string;
}): KindOfWork {
  if (task.role === "docs") return "docs";
  const text = `${task.title}\n${task.brief.slice(0, 2_000)}`;
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? (task.role === "quality" ? "test" : "impl");
}

/**
 * A profile: how a project describes one of its agents (`<state-dir>/agents/*.md`). It is text of the repository,
 * quoted in prompts and never obeyed by the engine; `model` is for the one runtime whose files these are.
 */
export type ProjectAgent = {
  readonly name: string;
  readonly description: string;
  readonly tools?: readonly string[];
  readonly model?: string;
  readonly body: string;
};

/** The profile of a task, and why it is this one. */
export type ChosenAgent = {
  readonly name: string;
  readonly kind: KindOfWork;
  readonly because: "mapping" | "words";
};

/**
 * The profile that fits a task: the mapping first, where it names one that is known, then the first whose
 * name or description has a word of the task's kind. `undefined` where none does.
 */
export function chooseAgent(
  task: { readonly role: Role; readonly title: string; readonly brief: string },
  {
    agents,
    mapping = {},
  }: {
    readonly agents: readonly Pick<ProjectAgent, "name" | "description">[];
    readonly mapping?: Readonly<Partial<Record<string, string>>>;
  },
): ChosenAgent | undefined {
  const kind = kindOfWork(task);
  const mapped = mapping[kind];
  if (mapped !== undefined && agents.some(({ name }) => name === mapped))
    return { name: mapped, kind, because: "mapping" };
  const words = WORDS.find(([each]) => each === kind)?.[1] ?? new RegExp(`\\b${kind}`, "i");
  const fitting = agents.find(({ name, description }) =>
    words.test(`${name.replaceAll(/[-_.]/g, " ")} ${description}`),
  );
  return fitting === undefined ? undefined : { name: fitting.name, kind, because: "words" };
}
