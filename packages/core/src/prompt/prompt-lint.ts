/** Text that a prompt must not hold because it belongs to another task. */
export type OtherTask = { readonly id: string; readonly title: string };

/**
 * Everything that is wrong with a prompt, as sentences; empty for a good one.
 *
 * It must hold each duty of an attempt's prompt, a scope above all, and must name no other task and no
 * vague order. Pass the tasks that it must not name as `others`.
 */
export function lintPrompt(text: string, others: readonly OtherTask[] = []): readonly string[] {
  return [...missing(text), ...foreign(text, others), ...vague(text)];
}

const DUTIES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a title", pattern: /^# \S/u },
  { what: "the scope", pattern: /^## Scope$/mu },
  { what: "what is off limits", pattern: /off limits/u },
  { what: "the task", pattern: /^## Task\n\n\S/mu },
  { what: "acceptance criteria", pattern: /^## Done when\n\n- \S/mu },
  { what: "the expectation of tests", pattern: /^## Tests$/mu },
  { what: "the instruction not to commit", pattern: /Do not commit/u },
  { what: "the rule references", pattern: /instruction files of the repository/u },
  { what: "the turn limit", pattern: /You have \d+ turns/u },
  { what: "the status line", pattern: /^STATUS: done — /mu },
  { what: "the state of the repository", pattern: /^## State of the repository$/mu },
  {
    what: "a scope with a pattern, or the word read-only",
    pattern: /^- `[^`\n]+`$|This task is read-only|You may write no file/mu,
  },
  {
    what: "the check before done is claimed",
    pattern: /Before you report the task as done, run|Each path and each check is tried/u,
  },
];

function missing(text: string): readonly string[] {
  return DUTIES.filter(({ pattern }) => !pattern.test(text)).map(({ what }) => `the prompt lacks ${what}`);
}

function foreign(text: string, others: readonly OtherTask[]): readonly string[] {
  return others.flatMap(({ id, title }) => [
    ...(hasWord(text, id) ? [`the prompt names the other task ${id}`] : []),
    ...(title.trim().length >= 12 && text.toLowerCase().includes(title.trim().toLowerCase())
      ? [`the prompt holds the title of the other task ${id}`]
      : []),
  ]);
}

/** True where the id stands alone; a part of a path or of a longer word is no reference. */
function hasWord(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + id.length] ?? " "}`;
    if (!/[\p{L}\p{N}_/`-]/u.test(around)) return true;
  }
  return false;
}

const VAGUE =
  /^(?:[-*] )?(?:please )?(improve|optimi[sz]e|enhance|clean up|tidy|polish|handle|deal with|look at|take care of)\b/iu;

/** Orders of the task section that name neither a path, a symbol nor a number. */
function vague(text: string): readonly string[] {
  const task = /^## Task\n\n([\s\S]*?)(?=\n\n## |$(?![\s\S]))/mu.exec(text)?.[1] ?? "";
  return task
    .split(/\n|(?<=[.;]) /u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => VAGUE.test(sentence) && !/[`\d/]|\w\.\w/u.test(sentence))
    .map(
      (sentence) =>
        `"${sentence.slice(0, 80)}" orders something vague; name the file, the symbol or the measure`,
    );
}
