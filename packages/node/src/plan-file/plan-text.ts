import {
  isSessionPlan,
  planOfImport,
  readPlan,
  readSessionPlan,
  startOfFile,
  writtenPlanOfValue,
} from "@breakwater/core";
import type { Diagnostic, PlanReading, WrittenPlan } from "@breakwater/core";
import { readMarkdownPlan } from "./markdown-plan.ts";
import { nestingFault } from "./nesting.ts";
import type { Locate } from "./source-locator.ts";
import { locatorFor } from "./source-locator.ts";
import { bracketDepth, maxDepth, readYaml, unparsed } from "./yaml-value.ts";

/** The three ways to write the same plan. */
export type PlanFormat = "markdown" | "yaml" | "json";

/** What reading a plan text gave; `text` is what every span points into: the input without a byte order mark. */
export type PlanTextReading = PlanReading & { readonly text: string };

/** Larger files are no plans; in UTF-16 units, which are never more than the bytes. */
export const maxPlanBytes = 2 * 1024 * 1024;

/**
 * Reads a plan from a text. Never throws and never hangs, whatever the text is: what cannot be read comes
 * back as diagnostics, without `plan` and, where nothing could be made of it, without `draft`.
 */
export function parsePlanText(
  input: string,
  { file, format }: { readonly file: string; readonly format: PlanFormat },
): PlanTextReading {
  const text = input.startsWith("\uFEFF") ? input.slice(1) : input;
  const refused = refusal(text, file, format);
  if (refused !== undefined) return { ...nothingRead(file, [refused]), text };
  if (format === "markdown" && !text.startsWith("---") && isSessionPlan(text))
    return { ...foreignReading(text, file), text };
  const found: Diagnostic[] = [];
  const locate = locatorFor(file, text);
  const written = writtenPlan(text, { file, format, locate, found });
  if (written === undefined) return { ...nothingRead(file, found), text };
  return { ...readPlan(written, found), text };
}

/** A plan document of waves and agents is a plan as it is; its places are not known line by line. */
function foreignReading(text: string, file: string): PlanReading {
  const { plan, notes } = planOfImport(readSessionPlan(text));
  const where = startOfFile(file);
  const told = notes.map((note): Diagnostic => ({
    code: "BW122",
    severity: "warning",
    message: note,
    where,
  }));
  const { source } = nothingRead(file, []);
  if (plan.waves.length > 0) return { plan, draft: plan, source, diagnostics: told };
  const message = "the plan document has no wave with an open task";
  const fix = "write `- Agent 1: task → files → acceptance` below each wave";
  return nothingRead(file, [...told, { code: "BW122", severity: "error", message, where, fix }]);
}

/** The format that a file's name stands for, or `undefined`. */
export function planFormatOf(file: string): PlanFormat | undefined {
  if (/\.(?:md|markdown)$/i.test(file)) return "markdown";
  if (/\.ya?ml$/i.test(file)) return "yaml";
  return /\.json$/i.test(file) ? "json" : undefined;
}

type Terms = {
  readonly file: string;
  readonly format: PlanFormat;
  readonly locate: Locate;
  readonly found: Diagnostic[];
};

function writtenPlan(text: string, terms: Terms): WrittenPlan | undefined {
  const { file, format, locate, found } = terms;
  switch (format) {
    case "markdown": {
      const written = readMarkdownPlan(text, terms);
      // Without its front matter everything else would be said about a plan that nobody wrote.
      return found.some((each) => each.code === "BW101" || each.code === "BW105") ? undefined : written;
    }
    case "yaml": {
      const root = readYaml(text, { locate, offset: 0, found });
      return root === undefined ? undefined : writtenPlanOfValue(file, root, found);
    }
    case "json": {
      const fault = jsonFault(text, file);
      if (fault !== undefined) found.push(fault);
      // JSON is YAML but for tabs between tokens; within texts JSON has none.
      const root =
        fault === undefined
          ? readYaml(text.replaceAll("\t", " "), { locate, offset: 0, found, bounded: true })
          : undefined;
      return root === undefined ? undefined : writtenPlanOfValue(file, root, found);
    }
  }
}

/** The YAML parser takes more than JSON and has no bounds, so a strict parser looks first. */
function jsonFault(text: string, file: string): Diagnostic | undefined {
  const where = startOfFile(file);
  try {
    const depth = bracketDepth(text);
    const value: unknown = depth > maxDepth ? undefined : JSON.parse(text);
    if (depth > maxDepth)
      return { code: "BW108", severity: "error", message: "values are nested too deep", where };
    return countValues(value) > maxValues
      ? { ...tooLarge(file), message: `the file holds more than ${maxValues} values` }
      : undefined;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.split("\n", 1)[0] : "it cannot be parsed";
    return { code: "BW101", severity: "error", message: `not valid JSON: ${reason}`, where, ...unparsed };
  }
}

/** A plan of 500 tasks has some ten thousand. */
const maxValues = 25_000;

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1);
}

function refusal(text: string, file: string, format: PlanFormat): Diagnostic | undefined {
  if (text.length > maxPlanBytes) return tooLarge(file);
  const nul = text.indexOf("\0");
  if (nul !== -1) {
    return {
      code: "BW107",
      severity: "error",
      message: "the file holds a NUL character and is no text",
      where: locatorFor(file, text)(nul, nul + 1),
      fix: "save it as UTF-8 text",
    };
  }
  const deep = format === "json" ? undefined : nestingFault(text);
  if (deep === undefined) return undefined;
  return {
    code: "BW108",
    severity: "error",
    message: "lists or quotes are nested too deep",
    where: locatorFor(file, text)(deep, deep + 1),
    fix: "no plan needs more than a few levels; write the brief flatter",
  };
}

/** The refusal of a file that is too large to be a plan. */
export function tooLarge(file: string): Diagnostic {
  return {
    code: "BW105",
    severity: "error",
    message: "the file is larger than 2 MiB",
    where: startOfFile(file),
    why: "a plan is read by people before it runs",
    fix: "move long material into files of the repository and name them under `reads`",
  };
}

/** A reading of which nothing came but diagnostics. */
export function nothingRead(file: string, diagnostics: readonly Diagnostic[]): PlanReading {
  return { source: { file, keys: new Map(), waves: new Map(), tasks: new Map() }, diagnostics };
}
