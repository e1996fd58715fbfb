import type { SourceSpan } from "../failure.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { textOfScalar } from "./read-value.ts";
import type { WrittenEntry, WrittenPlan, WrittenTask, WrittenValue, WrittenWave } from "./written-plan.ts";

/**
 * Takes the JSON or YAML form of a plan apart: `waves` is a list of `{n, name, tasks}`, the wave count is
 * `wave-count`, and `intent`, `id`, `title` and `brief` are keys like the others.
 */
export function writtenPlanOfValue(file: string, root: WrittenValue, found: Diagnostic[]): WrittenPlan {
  if (root.kind !== "map") found.push(misfit("the plan", root, "a map of keys"));
  const entries = root.kind === "map" ? root.entries : [];
  const waves = entries.find((entry) => entry.key === "waves");
  const rest = entries
    .filter((entry) => entry.key !== "waves" && entry.key !== "intent")
    .map((entry) => (entry.key === "wave-count" ? { ...entry, key: "waves" } : entry));
  return {
    file,
    entries: rest,
    intent: proseOf(entries, "intent", found),
    waves:
      waves === undefined ? [] : itemsOf(waves.value, "waves", found).flatMap((item) => waveOf(item, found)),
  };
}

function waveOf(value: WrittenValue, found: Diagnostic[]): readonly WrittenWave[] {
  if (value.kind !== "map") {
    found.push(misfit("a wave", value, "a map with n, name and tasks"));
    return [];
  }
  const { entries, span } = value;
  reportUnknown(entries, ["n", "name", "tasks"], found);
  const number = entries.find((entry) => entry.key === "n")?.value;
  const n = number?.kind === "scalar" ? number.value : undefined;
  if (typeof n !== "number" || !Number.isInteger(n) || n < 0 || n > 999) {
    found.push(misfit("`n` of a wave", number ?? value, "a whole number"));
    return [];
  }
  const tasks = entries.find((entry) => entry.key === "tasks");
  return [
    {
      number: n,
      name: proseOf(entries, "name", found),
      span: number?.span ?? span,
      tasks:
        tasks === undefined
          ? []
          : itemsOf(tasks.value, "tasks", found).flatMap((item) => taskOf(item, found)),
    },
  ];
}

const ownKeys: readonly string[] = ["id", "title", "brief"];

function taskOf(value: WrittenValue, found: Diagnostic[]): readonly WrittenTask[] {
  if (value.kind !== "map") {
    found.push(misfit("a task", value, "a map of keys"));
    return [];
  }
  const { entries } = value;
  const id = entries.find((entry) => entry.key === "id")?.value;
  return [
    {
      id: id?.kind === "scalar" ? textOfScalar(id) : "",
      title: proseOf(entries, "title", found),
      heading: id?.span ?? firstPlace(value.span),
      entries: entries.filter((entry) => !ownKeys.includes(entry.key)),
      brief: proseOf(entries, "brief", found),
    },
  ];
}

/** Text of a key; line ends are `\n` and blank lines around it do not count, so that every form agrees. */
function proseOf(entries: readonly WrittenEntry[], key: string, found: Diagnostic[]): string {
  const entry = entries.find((each) => each.key === key);
  if (entry === undefined) return "";
  if (entry.value.kind === "scalar") return trimLines(textOfScalar(entry.value));
  found.push(misfit(`\`${key}\``, entry.value, "a text"));
  return "";
}

/** Drops blank lines at both ends, blanks at line ends are kept: the text goes to an agent word for word. */
export function trimLines(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd();
}

function itemsOf(value: WrittenValue, key: string, found: Diagnostic[]): readonly WrittenValue[] {
  if (value.kind === "list") return value.items;
  if (value.kind === "scalar" && value.value === null) return [];
  found.push(misfit(`\`${key}\``, value, "a list"));
  return [];
}

function reportUnknown(
  entries: readonly WrittenEntry[],
  known: readonly string[],
  found: Diagnostic[],
): void {
  for (const entry of entries) {
    if (known.includes(entry.key)) continue;
    found.push({
      code: "BW102",
      severity: "error",
      message: `unknown key "${entry.key.slice(0, 60)}" in a wave`,
      where: entry.keySpan,
      fix: `known keys: ${known.join(", ")}`,
    });
  }
}

function misfit(what: string, value: WrittenValue, expected: string): Diagnostic {
  const where = value.kind === "scalar" ? value.span : firstPlace(value.span);
  return { code: "BW103", severity: "error", message: `${what} is not ${expected}`, where };
}

function firstPlace(span: SourceSpan): SourceSpan {
  return { ...span, length: 1 };
}
