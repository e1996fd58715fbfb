import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  fail,
  keepForeignState,
  ok,
  reportHtml,
  reportMarkdown,
  stateMarkdown,
  waveScopeJson,
  type Failure,
  type RecordedFact,
  type Result,
  type RunState,
} from "@breakwater/core";
import { publishFile } from "@breakwater/node";
import type { SessionPlace } from "./session-place.ts";

/** Where the views for other programs go: the root of the checkout and the state folder inside it. */
export type ViewPlace = { readonly root: string; readonly stateDir: string };

/**
 * Writes STATE.md, where keys and sections of others stay, and wave-scope.json, which goes when no wave
 * runs, also one that a crash left behind.
 */
export async function publishViews({ root, stateDir }: ViewPlace, state: RunState): Promise<void> {
  const folder = join(root, stateDir);
  const file = join(folder, "STATE.md");
  const text = stateMarkdown(state);
  const there = await readFile(file, "utf8").catch(() => undefined);
  await writeView(file, text === undefined ? undefined : keepForeignState(there, text));
  const manifest = waveScopeJson(state);
  if (manifest === undefined) await rm(join(folder, "wave-scope.json"), { force: true });
  await writeView(join(folder, "wave-scope.json"), manifest);
}

/** The files of a report, absolute. */
export type ReportFiles = { readonly markdown: string; readonly html: string };

/**
 * Writes the report of a session beside its journal. BW778 where the disk refuses: a report can be made from
 * the journal at any time, so that is no reason to call a session anything but what it is.
 */
export async function writeReports(
  place: SessionPlace,
  state: RunState,
  facts: readonly RecordedFact[],
): Promise<Result<ReportFiles>> {
  const files = { markdown: join(place.folder, "report.md"), html: join(place.folder, "report.html") };
  const texts = { markdown: reportMarkdown(state, facts), html: reportHtml(state, facts) };
  try {
    await writeView(files.markdown, texts.markdown);
    await writeView(files.html, texts.html);
    return ok(files);
  } catch (cause) {
    return fail(unwritten(place.folder, cause));
  }
}

function unwritten(folder: string, cause: unknown): Failure {
  return {
    code: "BW778",
    message: `the report could not be written to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    why: "The session itself is not touched by that: the journal holds everything that the report would tell.",
    fix: "Free the disk or its permissions, then read the session with: breakwater logs",
  };
}

async function writeView(file: string, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known === text) return;
  await mkdir(dirname(file), { recursive: true });
  await publishFile(file, text, "replace");
}
