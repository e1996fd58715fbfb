import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  reportHtml,
  reportMarkdown,
  stateMarkdown,
  waveScopeJson,
  type RecordedFact,
  type RunState,
} from "@breakwater/core";
import { publishFile } from "@breakwater/node";
import type { SessionPlace } from "./session-store.ts";

/** Where the views for other programs go: the root of the checkout and the state folder inside it. */
export type ViewPlace = { readonly root: string; readonly stateDir: string };

/** Writes STATE.md and wave-scope.json; a view that has nothing to say is left as it is. */
export async function publishViews({ root, stateDir }: ViewPlace, state: RunState): Promise<void> {
  const folder = join(root, stateDir);
  await writeView(join(folder, "STATE.md"), stateMarkdown(state));
  await writeView(join(folder, "wave-scope.json"), waveScopeJson(state));
}

/** The files of a report, absolute. */
export type ReportFiles = { readonly markdown: string; readonly html: string };

/** Writes the report of a session beside its journal. */
export async function writeReports(
  place: SessionPlace,
  state: RunState,
  facts: readonly RecordedFact[],
): Promise<ReportFiles> {
  const files = { markdown: join(place.folder, "report.md"), html: join(place.folder, "report.html") };
  await writeView(files.markdown, reportMarkdown(state, facts));
  await writeView(files.html, reportHtml(state, facts));
  return files;
}

async function writeView(file: string, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known === text) return;
  await mkdir(dirname(file), { recursive: true });
  await publishFile(file, text, "replace");
}
