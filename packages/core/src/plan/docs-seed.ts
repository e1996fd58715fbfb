import type { DocsTask } from "./plan.ts";

/** Documentation that a session shall bring, before it is a task. */
export type DocsSeed = { readonly audience: DocsTask["audience"]; readonly rationale: string };

/** Seeds that are read of one text. */
const MOST_SEEDS = 12;

/**
 * The seeds of a block `### Docs Planning Result (Phase 2.5)`: each `- audience:` below `Docs-tasks-seed:` is one,
 * in document order, and `rationale:` belongs to the last. None without exactly that heading.
 */
export function readDocsSeeds(text: string): readonly DocsSeed[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^### Docs Planning Result \(Phase 2\.5\)\s*$/.test(line));
  if (start === -1) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#{1,6}\s/.test(line));
  const block = end === -1 ? rest : rest.slice(0, end);
  const seeds: { audience: DocsTask["audience"]; rationale: string }[] = [];
  let isKnown = false;
  for (const line of block.slice(block.findIndex((each) => /^Docs-tasks-seed:\s*$/.test(each)) + 1)) {
    const [, key, value = ""] = /^\s+(?:-\s+)?(audience|rationale):\s*(.*)$/.exec(line) ?? [];
    const word = value.trim().replace(/^(["'])(.*)\1$/, "$2");
    if (key === "audience") {
      const audience = (["user", "dev", "vault"] as const).find((each) => each === word);
      isKnown = audience !== undefined && seeds.length < MOST_SEEDS;
      if (audience !== undefined && isKnown) seeds.push({ audience, rationale: "" });
    }
    const last = seeds.at(-1);
    if (key === "rationale" && isKnown && last !== undefined) last.rationale = word;
  }
  return seeds;
}

/** The files of an audience; those of a vault lie outside of the repository. */
export const AUDIENCE_GLOBS: Readonly<Record<DocsTask["audience"], readonly string[]>> = {
  user: ["README.md", "docs/user/**/*.md", "docs/getting-started.md", "examples/**/*.md"],
  dev: ["docs/dev/**/*.md", "docs/adr/**/*.md"],
  vault: [],
};
