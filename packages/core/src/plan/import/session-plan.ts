import type { DocsTask, SessionType } from "../plan.ts";
import { roleFromText } from "../role.ts";
import type { ExecutionConfig, ImportedPlan, ImportedTask } from "./imported-plan.ts";
import { pathsIn } from "./imported-plan.ts";

/** Whether a text is a plan document with `## Wave Plan (Session: …)`. */
export function isSessionPlan(text: string): boolean {
  return WAVE_PLAN.test(text);
}

const WAVE_PLAN = /^#{1,3} Wave Plan \(Session:\s*([\w-]+)/m;

/**
 * Reads a plan document of waves and agents: `### Wave n: Role (…)` with lines `Agent i: task → files →
 * acceptance → type`, its `### Execution Config`, its docs tasks and its mission status. Items that are
 * completed are left out; a role that no wave has leaves the choice to the rules.
 */
export function readSessionPlan(text: string): ImportedPlan {
  const lines = text.split(/\r?\n/);
  const session = sessionOf(WAVE_PLAN.exec(text)?.[1]);
  const finished = finishedTasks(lines);
  const tasks: ImportedTask[] = [];
  const names = new Map<number, string>();
  const notes: string[] = [];
  let wave = 0;
  for (const line of lines) {
    const heading = /^#{2,4}\s+(?:Wave\s+(\d+)\s*[:—-]\s*([^(]*))?/.exec(line);
    if (heading !== null) {
      wave = heading[1] === undefined ? 0 : Number(heading[1]);
      if (wave > 0) names.set(wave, (heading[2] ?? "").trim());
      continue;
    }
    const agent = /^\s*(?:[-*]\s+)?(?:\*\*)?Agent\s+(\d+)(?:\*\*)?\s*:(?:\*\*)?\s*(.+)$/i.exec(line);
    if (agent === null || wave === 0) continue;
    const task = agentTask(agent[2] ?? "", { wave, name: names.get(wave) ?? "", number: agent[1] ?? "" });
    if (finished.has(task.title)) notes.push(`"${task.title}" is completed and was left out`);
    else tasks.push(task);
  }
  const execution = executionOf(lines);
  return {
    title: `Wave plan (${session})`,
    session,
    tasks: withOrder(tasks),
    waveNames: names,
    execution,
    docsTasks: docsTasksOf(lines),
    notes,
  };
}

function sessionOf(word: string | undefined): SessionType {
  return word === "housekeeping" || word === "deep" ? word : "feature";
}

function agentTask(
  text: string,
  { wave, name, number }: { readonly wave: number; readonly name: string; readonly number: string },
): ImportedTask {
  const [task = "", files = "", acceptance = "", type = ""] = text.split(/\s*(?:→|->|=>)\s*/);
  const role = roleFromText(name.split(/[+,&/]/)[0] ?? "");
  const listed = files
    .split(/[,;]/)
    .map((file) => file.trim().replace(/^`|`$/g, ""))
    .filter((file) => /^[\w@.*{}[\]/-]+$/.test(file) && !/^(?:none|read-only|n\/a)$/i.test(file));
  const kind = type.replace(/`/g, "").trim();
  const isShared = /[+,&/]/.test(name);
  return {
    ref: `W${wave}-A${number}`,
    title: task.trim(),
    files: listed.length > 0 ? listed : pathsIn(files),
    doneWhen: acceptance.trim() === "" ? [] : [acceptance.trim()],
    brief: kind === "" ? "" : `Planned for the agent type ${kind}.`,
    wave,
    ...(role === undefined || isShared ? {} : { role }),
  };
}

/** A wave begins when the one before has ended, so nothing has to wait by name. */
function withOrder(tasks: readonly ImportedTask[]): readonly ImportedTask[] {
  const seen = new Map<string, number>();
  return tasks.map((task) => {
    const count = (seen.get(task.ref) ?? 0) + 1;
    seen.set(task.ref, count);
    return count === 1 ? task : { ...task, ref: `${task.ref}-${count}` };
  });
}

/** The values of `### Execution Config`, wherever they stand in its bullet lines. */
export function executionOf(lines: readonly string[]): ExecutionConfig {
  const body = sectionBelow(lines, /^#{2,4}\s+Execution Config\b/).join("\n");
  const pick = (name: string, value: string): string | undefined =>
    new RegExp(`\\b(?:${name})\\*{0,2}\\s*[:=]\\s*\\*{0,2}\\s*\`?(${value})\\b`, "i")
      .exec(body)?.[1]
      ?.toLowerCase();
  const waveCount = pick("(?:total[ -])?waves", "\\d{1,3}");
  const cap = pick("agents[ -]per[ -]wave|cap", "\\d{1,3}");
  const isolation = pick("isolation", "worktree|none|auto");
  const enforcement = pick("enforcement", "strict|warn|off");
  const turns = pick("max[ -]turns", "auto|\\d{1,4}");
  return {
    ...(waveCount === undefined ? {} : { waveCount: Number(waveCount) }),
    ...(cap === undefined ? {} : { agentsPerWave: Number(cap) }),
    ...(isolation === "worktree" || isolation === "none" || isolation === "auto" ? { isolation } : {}),
    ...(enforcement === "strict" || enforcement === "warn" || enforcement === "off" ? { enforcement } : {}),
    ...(turns === undefined ? {} : { maxTurns: turns === "auto" ? "auto" : Number(turns) }),
  };
}

function docsTasksOf(lines: readonly string[]): readonly DocsTask[] {
  return records(sectionBelow(lines, /^#{2,4}\s+Docs Tasks \(machine-readable\)/), "docs-tasks").flatMap(
    (record) => {
      const audience = (["user", "dev", "vault"] as const).find((each) => each === record.get("audience"));
      const id = record.get("id") ?? "";
      if (audience === undefined || id === "") return [];
      const wave = Number(record.get("wave") ?? "1");
      return [
        {
          id,
          audience,
          targetPattern: record.get("target-pattern") ?? "",
          rationale: record.get("rationale") ?? "",
          wave: Number.isInteger(wave) && wave > 0 ? wave : 1,
        },
      ];
    },
  );
}

function finishedTasks(lines: readonly string[]): ReadonlySet<string> {
  const body = sectionBelow(lines, /^#{2,4}\s+Wave-Plan Mission Status \(machine-readable\)/);
  const done = records(body, "mission-status").filter((record) => record.get("status") === "completed");
  return new Set(done.map((record) => record.get("task") ?? ""));
}

function sectionBelow(lines: readonly string[], heading: RegExp): readonly string[] {
  const from = lines.findIndex((line) => heading.test(line));
  if (from === -1) return [];
  const to = lines.findIndex((line, at) => at > from && /^#{1,4}\s/.test(line));
  return lines.slice(from + 1, to === -1 ? lines.length : to);
}

/** The entries of `name:` as flat lists of keys; quotes around a value are taken off. */
function records(lines: readonly string[], name: string): readonly ReadonlyMap<string, string>[] {
  const found: Map<string, string>[] = [];
  const from = lines.findIndex((line) => line.trim() === `${name}:`);
  for (const line of from === -1 ? [] : lines.slice(from + 1)) {
    const match = /^\s*(-\s+)?([\w-]+):\s*(.*)$/.exec(line);
    if (match === null) continue;
    if (match[1] !== undefined) found.push(new Map());
    const value = (match[3] ?? "")
      .trim()
      .replace(/\s+#.*$/, "")
      .replace(/^(["'])(.*)\1$/, "$2");
    found.at(-1)?.set(match[2] ?? "", value);
  }
  return found;
}
