import { open } from "node:fs/promises";
import { startOfFile } from "@breakwater/core";
import type { Diagnostic } from "@breakwater/core";
import { maxPlanBytes, nothingRead, parsePlanText, planFormatOf, tooLarge } from "./plan-text.ts";
import type { PlanTextReading } from "./plan-text.ts";

/**
 * Reads a plan file: `*.md`, `*.yaml`, `*.yml` or `*.json`. Never throws for what a file system or a file
 * can be like; a file that cannot be read gives diagnostics only.
 *
 * `path` is opened as given; `shown` is the name that spans carry, by default the path.
 */
export async function readPlanFile(path: string, shown: string = path): Promise<PlanTextReading> {
  const format = planFormatOf(path);
  if (format === undefined) return unreadable(shown, unknownFormat(shown));
  const content = await readBounded(path, shown);
  return typeof content === "string"
    ? parsePlanText(content, { file: shown, format })
    : unreadable(shown, content);
}

async function readBounded(path: string, shown: string): Promise<string | Diagnostic> {
  try {
    const file = await open(path, "r");
    try {
      const status = await file.stat();
      if (!status.isFile()) return notReadable(shown, "it is no regular file");
      if (status.size > maxPlanBytes) return tooLarge(shown);
      const buffer = Buffer.alloc(maxPlanBytes + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      if (bytesRead > maxPlanBytes) return tooLarge(shown);
      return decoded(buffer.subarray(0, bytesRead)) ?? notText(shown);
    } finally {
      await file.close();
    }
  } catch (error) {
    return notReadable(shown, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission is denied";
  return error instanceof Error ? error.message : String(error);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, diagnostic: Diagnostic): PlanTextReading {
  return { ...nothingRead(file, [diagnostic]), text: "" };
}

function notReadable(file: string, reason: string): Diagnostic {
  return {
    code: "BW106",
    severity: "error",
    message: `the plan ${file} cannot be read: ${reason}`,
    where: startOfFile(file),
    fix: "check the path; breakwater plan new writes a skeleton",
  };
}

function unknownFormat(file: string): Diagnostic {
  return {
    code: "BW106",
    severity: "error",
    message: `${file} is no plan by its name`,
    where: startOfFile(file),
    fix: "name it *.plan.md, *.plan.yaml or *.plan.json",
  };
}

function notText(file: string): Diagnostic {
  return {
    code: "BW107",
    severity: "error",
    message: "the file is not UTF-8 text",
    where: startOfFile(file),
    fix: "save it as UTF-8",
  };
}
