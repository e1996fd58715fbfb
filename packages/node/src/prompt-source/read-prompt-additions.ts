import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  ADDITION_BUDGET,
  type GroundedFile,
  pathCousins,
  type ProfileText,
  type PromptAdditions,
  type Schedule,
  type ScopedRule,
} from "@breakwater/core";
import { git } from "../git/run-git.ts";
import { listFiles, type TrackedFile } from "../repository/tree-listing.ts";
import type { Repository } from "../repository/repository.ts";
import { frictionFiles } from "./friction-file.ts";
import { readBounded } from "./read-bounded.ts";
import { readLearnings } from "./read-learnings.ts";
import { readProfiles } from "./read-profiles.ts";
import { readRule } from "./read-rule.ts";

/** What is wanted; a part that is not named is left out. */
export type PromptSourceOptions = {
  readonly parts: readonly ("grounding" | "profiles" | "cousins" | "rules" | "learnings")[];
  readonly reasoning: boolean;
  readonly groundedFiles: number;
  readonly learnings: number;
  /** Relative to the root. */
  readonly stateDir: string;
  readonly schedule: Schedule;
  /** Milliseconds since 1970; rules and learnings that have expired by then are left out. */
  readonly now: number;
};

/**
 * Reads what records and rules of a project add to the prompts of a session. Whatever cannot be read is left
 * out: nothing of this may hold a session up. Bounded.
 */
export async function readPromptAdditions(
  repository: Repository,
  options: PromptSourceOptions,
): Promise<PromptAdditions> {
  const { parts, reasoning, groundedFiles, stateDir, schedule, now } = options;
  const metrics = join(repository.controlDir, "metrics");
  const listed = await listFiles(repository.context, repository.commit);
  const files = listed.ok ? listed.value : [];
  const grounding =
    parts.includes("grounding") && groundedFiles > 0
      ? await groundedOf(repository, files, frictionFiles(metrics).slice(0, groundedFiles))
      : [];
  const cousins = parts.includes("cousins")
    ? pathCousins(
        entriesOf(schedule),
        files.map(({ path }) => path),
      )
    : [];
  const profiles = parts.includes("profiles") ? profilesOf(repository.root, options) : [];
  const rules = parts.includes("rules") ? rulesIn(join(repository.root, stateDir, "rules"), now) : [];
  const learnings = parts.includes("learnings")
    ? readLearnings(repository.controlDir, { most: options.learnings, now })
    : [];
  return {
    ...(reasoning ? { reasoning } : {}),
    ...(grounding.length === 0 ? {} : { grounding }),
    ...(profiles.length === 0 ? {} : { profiles }),
    ...(cousins.length === 0 ? {} : { cousins }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(learnings.length === 0 ? {} : { learnings }),
  };
}

const MOST_LINES = 400;
const MOST_FILE_BYTES = 64 * 1024;
const MOST_RULES = 50;
const MOST_RULE_BYTES = 16 * 1024;

function entriesOf({ tasks }: Schedule): readonly string[] {
  return tasks.flatMap(({ scope }) => (scope.kind === "write" ? scope.globs : []));
}

async function groundedOf(
  { context }: Repository,
  files: readonly TrackedFile[],
  wanted: readonly string[],
): Promise<readonly GroundedFile[]> {
  const grounded: GroundedFile[] = [];
  for (const path of wanted) {
    const file = files.find(
      (each) => each.path === path && each.kind !== "symlink" && each.kind !== "submodule",
    );
    if (file === undefined) continue;
    const read = await git(context, ["cat-file", "blob", file.object], { maxBytes: MOST_FILE_BYTES });
    if (!read.ok || read.value.stdout.includes(0)) continue;
    const lines = read.value.stdout.toString("utf8").replace(/\n$/u, "").split("\n");
    grounded.push({ path, lines: lines.slice(0, MOST_LINES) });
  }
  return grounded;
}

/** The texts of the profiles that tasks were given; what a prompt cannot hold is not recorded either. */
function profilesOf(root: string, { stateDir, schedule }: PromptSourceOptions): readonly ProfileText[] {
  const chosen = new Set(schedule.tasks.flatMap(({ profile }) => profile?.name ?? []));
  if (chosen.size === 0) return [];
  return readProfiles(root, stateDir)
    .filter(({ name }) => chosen.has(name))
    .map(({ name, tools, body }) => ({
      name,
      ...(tools === undefined ? {} : { tools }),
      text: body.slice(0, ADDITION_BUDGET.profile.chars),
    }));
}

function rulesIn(folder: string, now: number): readonly ScopedRule[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .sort()
      .slice(0, MOST_RULES);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const text = readBounded(join(folder, name), MOST_RULE_BYTES);
    const rule = text === undefined ? undefined : readRule(name, text, now);
    return rule === undefined ? [] : [rule];
  });
}
