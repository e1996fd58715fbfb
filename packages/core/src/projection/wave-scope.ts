import type { Enforcement } from "../plan/plan.ts";
import { roleTitles } from "../plan/role.ts";
import type { RunState } from "../run/state.ts";
import { tasksOfWave } from "../run/standing.ts";

/** The scope manifest of the running wave, as compatible readers expect it. */
export type WaveScope = {
  readonly wave: number;
  readonly role: string;
  readonly enforcement: Enforcement;
  /** Union of what the wave's tasks may write; empty denies all writes. */
  readonly allowedPaths: readonly string[];
  readonly blockedCommands: readonly string[];
};

/** Commands that a manifest blocks where no policy names others. */
export const BLOCKED_COMMANDS: readonly string[] = [
  "rm -rf",
  "git push --force",
  "DROP TABLE",
  "git reset --hard",
  "git checkout -- .",
];

/**
 * The manifest while a wave with tasks runs; undefined before, between and after waves, for a skipped wave
 * and for housekeeping, when the file must not exist. It is a view: the walls do not read it.
 *
 * The union never shrinks while the wave runs: a narrower scope of a further attempt leaves it as it is.
 */
export function waveScopeOf(
  state: RunState,
  blockedCommands: readonly string[] = BLOCKED_COMMANDS,
): WaveScope | undefined {
  const { session } = state;
  if (session === undefined || session.schedule.session === "housekeeping" || session.settledAt !== undefined)
    return undefined;
  const running = state.waves.find((each) => each.status === "running")?.wave;
  if (running === undefined) return undefined;
  const ran = [...state.attempts.values()].filter((each) => each.wave === running.number);
  const tasks = [
    ...tasksOfWave(state, running.number),
    ...ran.flatMap((each) => state.tasks.get(each.task) ?? []),
  ];
  if (tasks.length === 0) return undefined;
  const globs = tasks.flatMap(({ task }) => (task.scope.kind === "write" ? task.scope.globs : []));
  const role = running.roles.map((each) => roleTitles[each]).join(" + ");
  return {
    wave: running.number,
    role: role === "" ? running.name : role,
    enforcement: running.enforcement,
    allowedPaths: [...new Set(globs)],
    blockedCommands,
  };
}

/** The manifest as the text of `wave-scope.json`; undefined where the file must not exist. */
export function waveScopeJson(state: RunState, blockedCommands?: readonly string[]): string | undefined {
  const scope = waveScopeOf(state, blockedCommands);
  return scope === undefined ? undefined : `${JSON.stringify(scope, undefined, 2)}\n`;
}
