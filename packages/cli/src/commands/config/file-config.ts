import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { readConfigText } from "@breakwater/node";
import type { SessionConfig } from "@breakwater/node";

/** As large as an instruction file may be; bytes. */
const largest = 2 * 1024 * 1024;

/** What one file says by itself: no environment, no local file, nothing of the machine. Fails with BW825. */
export function fileConfig(
  file: string,
  cwd: string,
): Result<Pick<SessionConfig, "entries" | "diagnostics" | "sources"> & { readonly file: string }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(cwd, file));
  } catch (cause) {
    return refuse(file, cause instanceof Error ? cause.message : String(cause));
  }
  if (bytes.length > largest) return refuse(file, `it is larger than ${largest} bytes`);
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const { sectionLine, ...read } = readConfigText(text, file);
  const isAbsent = sectionLine === undefined && read.diagnostics.length === 0;
  const diagnostics = isAbsent ? [noSection(file)] : read.diagnostics;
  return ok({ ...read, diagnostics, file, sources: new Map([[file, text]]) });
}

function refuse(file: string, reason: string): Result<never> {
  return fail({
    code: "BW825",
    message: `${file} cannot be read: ${reason}`,
    fix: "name a file of text, such as CLAUDE.md",
  });
}

function noSection(file: string): SessionConfig["diagnostics"][number] {
  return {
    code: "BW826",
    severity: "warning",
    message: `${file} has no section "## Session Config", so every default holds`,
    where: { file, line: 1, column: 1, length: 0 },
    fix: "breakwater init --tier fast writes it",
  };
}
