import { fail, ok } from "../../failure.ts";
import type { Result } from "../../failure.ts";
import { readKiro, readSpecKit } from "./checklist.ts";
import { readGsd } from "./gsd.ts";
import type { ImportedPlan } from "./imported-plan.ts";
import { isSessionPlan, readSessionPlan } from "./session-plan.ts";
import { readTaskmaster } from "./taskmaster.ts";

/** The files of other programs that can be read. */
export const IMPORT_FORMATS = ["session-plan", "spec-kit", "gsd", "taskmaster", "kiro"] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** The format of a text by what is in it, or `undefined`. */
export function importFormatOf(text: string): ImportFormat | undefined {
  if (/^\s*[[{]/.test(text)) return "taskmaster";
  if (isSessionPlan(text)) return "session-plan";
  if (/<task\b[^<>]*>/.test(text)) return "gsd";
  if (/^\s*[-*]\s+\[[ xX]\]\s+T\d+\b/m.test(text)) return "spec-kit";
  return /^\s*[-*]\s+\[[ xX-]\]\*?\s+\d+/m.test(text) ? "kiro" : undefined;
}

/** Reads a file of another program. Never throws; the failure is one sentence. */
export function readImport(text: string, format: ImportFormat): Result<ImportedPlan, string> {
  const read = readFormat(text, format);
  if (!read.ok) return read;
  return read.value.tasks.length === 0 ? fail("no open task was found in it") : read;
}

function readFormat(text: string, format: ImportFormat): Result<ImportedPlan, string> {
  switch (format) {
    case "session-plan":
      return ok(readSessionPlan(text));
    case "spec-kit":
      return ok(readSpecKit(text));
    case "gsd":
      return ok(readGsd(text));
    case "kiro":
      return ok(readKiro(text));
    case "taskmaster":
      return readJson(text);
  }
}

function readJson(text: string): Result<ImportedPlan, string> {
  try {
    return readTaskmaster(JSON.parse(text));
  } catch {
    return fail("it is not JSON");
  }
}
