import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type Failure, fail, ok, type Result } from "@breakwater/core";
import { evaluateCases, type Evaluation, type Places, readCase } from "@breakwater/guard";
import { diskView } from "@breakwater/node";
import { copyFixture, makeFixture } from "./fixture.ts";

/** What to evaluate. */
export type CorpusOrder = {
  readonly file: string;
  /** Whether a person would answer questions; without one a question is a denial. True when absent. */
  readonly attended?: boolean;
};

/**
 * Judges every case of a corpus file against a real repository in a temporary folder, which is removed again.
 * Failures of single lines are in the evaluation; the result fails where nothing could be judged (BW783, BW784).
 */
export async function evaluateCorpus(order: CorpusOrder): Promise<Result<Evaluation>> {
  const text = await readCorpus(order.file);
  if (!text.ok) return text;
  const folder = await mkdtemp(join(tmpdir(), "guard-eval-"));
  try {
    const lines = text.value.split("\n");
    const prepared = await prepareAll(lines, folder);
    if (!prepared.ok) return prepared;
    const { places, original, failures } = prepared.value;
    const evaluation = evaluateCases(
      lines.map((line, at) => (failures.has(at + 1) ? "" : line)),
      {
        prepare: (setup) => places.get(JSON.stringify(setup)) ?? original,
        view: diskView,
        now: () => performance.now(),
        attended: order.attended ?? true,
      },
    );
    return ok({ ...evaluation, failures: [...failures.values(), ...evaluation.failures] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readCorpus(file: string): Promise<Result<string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return fail({
      code: "BW784",
      message: `the corpus ${file} cannot be read: ${error instanceof Error ? error.message : "unknown error"}`,
      why: "an evaluation without cases would look like one without mistakes",
      fix: "name a file of JSON lines that can be read",
    });
  }
}

type Prepared = {
  readonly original: Places;
  readonly places: ReadonlyMap<string, Places>;
  readonly failures: ReadonlyMap<number, Failure>;
};

/** Makes one copy of the fixture for each different setup; judging changes nothing, so cases share copies. */
async function prepareAll(lines: readonly string[], folder: string): Promise<Result<Prepared>> {
  const original = await makeFixture(join(folder, "original"));
  if (!original.ok) return original;
  const places = new Map<string, Places>();
  const failures = new Map<number, Failure>();
  for (const [index, line] of lines.entries()) {
    const read = line.trim() === "" ? undefined : readCase(line, index + 1);
    if (read === undefined || !read.ok || read.value.setup.length === 0) continue;
    const key = JSON.stringify(read.value.setup);
    if (places.has(key)) continue;
    const copy = await copyFixture(original.value, join(folder, `copy-${index}`), read.value.setup);
    if (copy.ok) places.set(key, copy.value);
    else failures.set(index + 1, atLine(index + 1, copy.failure));
  }
  return ok({ original: original.value, places, failures });
}

function atLine(number: number, failure: Failure): Failure {
  return { ...failure, message: `line ${number}: ${failure.message}` };
}
