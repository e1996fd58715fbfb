import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { replay, type Fact, type RecordedFact, type RunState } from "@breakwater/core";
import { readJournal } from "@breakwater/node";

/** A session as its journal tells it. */
export type Story = {
  readonly session: string;
  /** The folder of journal and reports. */
  readonly folder: string;
  readonly recorded: readonly RecordedFact[];
  readonly facts: readonly Fact[];
  readonly state: RunState;
};

/** Reads the newest session of a repository. */
export async function readStory(root: string): Promise<Story> {
  const folder = sessionFolder(root);
  if (folder === undefined) throw new Error(`Reading the story of ${root}: there is no session`);
  const recorded: RecordedFact[] = [];
  const read = readJournal({
    path: join(folder, "journal.ndjson"),
    onFacts: (block) => void recorded.push(...block),
  });
  if (!read.ok) throw new Error(`Reading the story of ${root}: ${read.failure.message}`);
  const state = replay(recorded);
  const facts = recorded.map(({ fact }) => fact);
  return { session: state.session?.id ?? "", folder, recorded, facts, state };
}

/** The journal of the newest session; undefined where there is none. */
export function newestJournal(root: string): string | undefined {
  const folder = sessionFolder(root);
  return folder === undefined ? undefined : join(folder, "journal.ndjson");
}

function sessionFolder(root: string): string | undefined {
  const folder = join(root, ".orchestrator", "sessions");
  if (!existsSync(folder)) return undefined;
  const began = (name: string): number => statSync(join(folder, name, "journal.ndjson")).birthtimeMs;
  const [session] = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "journal.ndjson")))
    .toSorted((one, other) => began(other) - began(one));
  return session === undefined ? undefined : join(folder, session);
}

/** How often the journal is looked at, milliseconds: often enough to hit a fact that is meant. */
const LOOK_MS = 2;

/**
 * Follows the journal file of the newest session in `root` and calls `reached` once, when it holds `count`
 * facts. A journal `before` is one of an earlier session. Returns how to stop.
 */
export function whenFactsReach(
  root: string,
  count: number,
  reached: () => void,
  before?: string,
): () => void {
  let file: string | undefined;
  let seen = 0;
  const timer = setInterval(() => {
    file ??= newestJournal(root);
    if (file === before) file = undefined;
    if (file === undefined) return;
    const { size } = statSync(file);
    if (size === seen) return;
    seen = size;
    // The first line is the header.
    if (countLines(readFileSync(file)) - 1 < count) return;
    clearInterval(timer);
    reached();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** The starts of agents that the scripts wrote down, in order. */
export function countedStarts(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
