import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { WALL_TIERS, type GateReport, gateId, treeId } from "@breakwater/core";
import { z } from "zod";
import { publishFile } from "../journal/durable-file.ts";

/** Everything that a looked-up report must have in common with the run that it replaces. */
export type GateKey = {
  readonly tree: string;
  readonly command: string;
  readonly environment: string;
  readonly cwd: string;
  readonly report: string;
  readonly reporter: string;
  readonly net: string;
};

/** Reports of earlier runs in a folder of their own, one file per key. */
export type GateCache = {
  /** The report of an equal earlier run; `undefined` where there is none or its file is damaged. */
  lookUp(key: GateKey): Promise<GateReport | undefined>;
  /** Keeps a report of a command that ran to its end; others say nothing about the next run and are not kept. */
  keep(key: GateKey, report: GateReport): Promise<void>;
};

/** Opens a cache in `folder`, which is created on the first write. Neither function throws. */
export function openGateCache(folder: string): GateCache {
  const fileOf = (key: GateKey): string => join(folder, `${digest(key)}.json`);
  return {
    lookUp: async (key) => {
      const stored = Stored.safeParse(await readJson(fileOf(key)));
      if (!stored.success || digest(stored.data.key) !== digest(key)) return undefined;
      return reportOf(stored.data.report);
    },
    keep: async (key, report) => {
      if (report.result.kind !== "exited" || report.flaky || report.lookedUp) return;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await publishFile(fileOf(key), JSON.stringify({ version: 1, key, report }), "replace");
      } catch {
        // A report that is not kept costs a run and nothing else.
      }
    },
  };
}

const LARGEST_ENTRY = 8 * 1024 * 1024;

const count = z.number().int().nonnegative().exactOptional();
const Stored = z.strictObject({
  version: z.literal(1),
  key: z.strictObject({
    tree: z.string(),
    command: z.string(),
    environment: z.string(),
    cwd: z.string(),
    report: z.string(),
    reporter: z.string(),
    net: z.string(),
  }),
  report: z.strictObject({
    gate: z.string(),
    tree: z.string(),
    command: z.string(),
    environment: z.string(),
    result: z.strictObject({ kind: z.literal("exited"), code: z.number().int() }),
    evidence: z.enum(["report-file", "recognised-text", "exit-code"]),
    counts: z.strictObject({ passed: count, failed: count, skipped: count }),
    failing: z.array(z.string()).exactOptional(),
    flaky: z.boolean(),
    lookedUp: z.boolean(),
    durationMs: z.number(),
    tail: z.string(),
    outputFile: z.string().exactOptional(),
    wall: z.enum(WALL_TIERS).exactOptional(),
  }),
});

function reportOf(stored: z.infer<typeof Stored>["report"]): GateReport {
  return { ...stored, gate: gateId(stored.gate), tree: treeId(stored.tree) };
}

function digest(key: GateKey): string {
  const parts = [key.tree, key.command, key.environment, key.cwd, key.report, key.reporter, key.net];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function readJson(path: string): Promise<unknown> {
  try {
    const handle = await open(path, "r");
    try {
      if ((await handle.stat()).size > LARGEST_ENTRY) return undefined;
      return JSON.parse(await handle.readFile("utf8"));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
