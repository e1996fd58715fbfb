import type { Role, SessionType } from "../plan.ts";

/** What the size of a session is judged by; counts. */
export type WorkSize = {
  readonly files: number;
  /** Top-level source folders; nested ones count once. */
  readonly folders: number;
  readonly issues: number;
  /** How much more than planned past sessions of this kind touched, where that was measured. */
  readonly overDelivery?: number;
};

export type Tier = "simple" | "moderate" | "complex";

/** The score of a session, each part 0 to 2. */
export type Complexity = {
  readonly score: number;
  readonly parts: { readonly files: number; readonly folders: number; readonly issues: number };
  readonly tier: Tier;
};

/** Scores a session by files, folders and issues (`docs/spec/planning.md`). */
export function complexityOf({ files, folders, issues, overDelivery = 1 }: WorkSize): Complexity {
  const expected = overDelivery > 1.3 ? Math.ceil(files * overDelivery) : files;
  const parts = {
    files: step(expected, 6, 16),
    folders: step(folders, 2, 4),
    issues: step(issues, 2, 4),
  };
  const score = parts.files + parts.folders + parts.issues;
  return { score, parts, tier: score <= 1 ? "simple" : score <= 3 ? "moderate" : "complex" };
}

function step(count: number, one: number, two: number): number {
  return count >= two ? 2 : count >= one ? 1 : 0;
}

/** How many agents a role gets; `most` is what the table allows, capped. */
export type AgentCount = { readonly least: number; readonly most: number };

type Row = Readonly<
  Record<"discovery" | "impl-core" | "impl-polish" | "quality" | "finalization", readonly [number, number]>
>;

const TABLE: Readonly<Record<Exclude<SessionType, "housekeeping">, Readonly<Record<Tier, Row>>>> = {
  feature: {
    simple: row([2, 3], [3, 4], [2, 3], [2, 2], [1, 1]),
    moderate: row([4, 5], [5, 6], [4, 5], [3, 4], [2, 2]),
    complex: row([5, 6], [6, 6], [5, 6], [4, 4], [2, 2]),
  },
  deep: {
    simple: row([3, 4], [4, 6], [3, 4], [3, 3], [2, 2]),
    moderate: row([5, 6], [6, 8], [5, 6], [4, 5], [2, 3]),
    complex: row([6, 8], [8, 10], [6, 8], [6, 6], [3, 4]),
  },
};

const HOUSEKEEPING: Row = row([0, 0], [2, 2], [1, 1], [1, 1], [1, 1]);

function row(...counts: readonly (readonly [number, number])[]): Row {
  const [discovery = NONE, core = NONE, polish = NONE, quality = NONE, finalization = NONE] = counts;
  return { discovery, "impl-core": core, "impl-polish": polish, quality, finalization };
}

const NONE = [0, 0] as const;

/** The agents of a role by session type and tier, never more than `cap`. Docs count as Finalization. */
export function agentsFor(
  session: SessionType,
  tier: Tier,
  { role, cap }: { readonly role: Role; readonly cap: number },
): AgentCount {
  const counts = session === "housekeeping" ? HOUSEKEEPING : TABLE[session][tier];
  const [least, most] = counts[role === "docs" ? "finalization" : role];
  return { least: Math.min(least, cap), most: Math.min(most, cap) };
}

/** The top-level source folders of files; documentation, configuration and scripts do not count. */
export function sourceFolders(files: readonly string[]): readonly string[] {
  const code = files.filter(
    (file) => file.includes("/") && !/^(?:docs?|\.[^/]+|config|scripts?)\//.test(file),
  );
  return [...new Set(code.map((file) => file.slice(0, file.indexOf("/"))))].toSorted();
}
