import { fail, ok, type Result } from "@breakwater/core";
import { hasRepeatedKey } from "../repeated-key.ts";

/** How much a rule of the project's command policy weighs: `warn` never stops a command. */
export type BlockedSeverity = "block" | "warn";

/** One rule of the command policy: the words of `pattern` are looked for in the argv of every program. */
export type BlockedRule = {
  readonly id: string;
  readonly pattern: string;
  readonly severity: BlockedSeverity;
  readonly rationale: string;
};

/** What holds where a project says nothing. */
export const FALL_BACK_RULES: readonly BlockedRule[] = [
  ["rm-rf", "rm -rf"],
  ["git-push-force", "git push --force"],
  ["git-push-force-short", "git push -f"],
  ["git-reset-hard", "git reset --hard"],
  ["sql-drop-table", "DROP TABLE"],
  ["git-checkout-discard", "git checkout -- ."],
].map(([id = "", pattern = ""]) => ({ id, pattern, severity: "block", rationale: "It destroys work." }));

/** The rules that always hold in the person's own session; a project may add rules and raise these. */
export const FLOOR_RULES: readonly BlockedRule[] = [
  rule("git-reset-hard", "git reset --hard", "block", "It throws away uncommitted work."),
  rule("git-reset-mixed", "git reset --mixed", "warn", "It unstages everything."),
  rule("git-reset-soft", "git reset --soft", "warn", "It moves the branch."),
  rule("git-checkout-discard", "git checkout --", "block", "It overwrites uncommitted work."),
  rule("git-clean-force", "git clean -f", "block", "It deletes files that git does not know."),
  rule("git-clean-force-d", "git clean -fd", "block", "It deletes files and folders that git does not know."),
  rule("git-stash-any", "git stash", "warn", "It sets uncommitted work aside."),
  rule("rm-rf-destructive", "rm -rf", "block", "It deletes folders for good."),
  rule("git-push-force", "git push --force", "block", "It overwrites what others pushed."),
  rule("git-push-force-short", "git push -f", "block", "It overwrites what others pushed."),
  rule(
    "git-push-force-with-lease",
    "git push --force-with-lease",
    "warn",
    "It may overwrite what others pushed.",
  ),
  rule("sql-drop-table", "DROP TABLE", "block", "It destroys data."),
];

function rule(id: string, pattern: string, severity: BlockedSeverity, rationale: string): BlockedRule {
  return { id, pattern, severity, rationale };
}

const MOST_RULES = 500;

/**
 * Reads the text of `.orchestrator/policy/blocked-commands.json` over a floor: a project may add rules and raise
 * `warn` to `block`, and lowers nothing. The failure is BW780; whoever meets it keeps the floor.
 */
export function readBlockedCommands(
  text: string,
  floor: readonly BlockedRule[] = FLOOR_RULES,
): Result<readonly BlockedRule[]> {
  const parsed = parseRules(text);
  if (typeof parsed === "string") return unreadable(parsed);
  const merged = new Map(floor.map((each) => [each.id, each]));
  for (const own of parsed) {
    const base = merged.get(own.id);
    if (base === undefined) merged.set(own.id, own);
    else if (own.severity === "block") merged.set(own.id, { ...base, severity: "block" });
  }
  return ok([...merged.values()]);
}

function unreadable(reason: string): Result<never> {
  return fail({
    code: "BW780",
    message: `the command policy cannot be read: ${reason}`,
    why: "a policy that is half understood would let through what it forbids",
    fix: 'write {"version": 1, "rules": [{"id", "pattern", "severity": "block" or "warn"}]}',
  });
}

/** The rules of a policy text, or what is wrong with it. Rules of an unknown severity are left out. */
function parseRules(text: string): readonly BlockedRule[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  if (hasRepeatedKey(text)) return "a key occurs twice";
  const root = entriesOf(value);
  const rules: unknown = root?.get("rules");
  if (root?.get("version") !== 1 || !Array.isArray(rules)) return "it has no version 1 and rules";
  if (rules.length > MOST_RULES) return `it has more than ${MOST_RULES} rules`;
  const read: BlockedRule[] = [];
  for (const each of rules) {
    const entries = entriesOf(each);
    const [id, pattern, severity, rationale] = ["id", "pattern", "severity", "rationale"].map((key) =>
      entries?.get(key),
    );
    if (typeof id !== "string" || typeof pattern !== "string" || pattern.trim() === "")
      return "a rule has no id or no pattern";
    if (severity === "block" || severity === "warn")
      read.push({ id, pattern, severity, rationale: typeof rationale === "string" ? rationale : "" });
  }
  return read;
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}
