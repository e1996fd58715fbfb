import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, startOfFile, type Result } from "@breakwater/core";
import type { ConfigDiagnostic } from "./config-diagnostic.ts";
import type { WrittenSetting } from "./written-line.ts";

/** Where a predecessor keeps the commands of its gates, relative to the root. */
export const GATE_POLICY = ".orchestrator/policy/quality-gates.json";

/** What such a file sets, and its text; a file with any defect sets nothing and is told (BW838). */
export type GatePolicy = {
  readonly settings: readonly WrittenSetting[];
  readonly diagnostics: readonly ConfigDiagnostic[];
  readonly text: string;
};

const GATES = ["test", "typecheck", "lint"] as const;

/**
 * Reads `{ version: 1, commands: { test: { command } … } }`, which beats the section. `required` and `variants`
 * say nothing here: every gate is required, and a command is run as it is written. Never throws.
 */
export function readGatePolicy(root: string): GatePolicy {
  const text = textOf(join(root, GATE_POLICY));
  if (text === undefined) return { settings: [], diagnostics: [], text: "" };
  const read = settingsOf(text);
  if (read.ok) return { settings: read.value, diagnostics: [], text };
  const diagnostic: ConfigDiagnostic = {
    code: "BW838",
    severity: "warning",
    message: `${GATE_POLICY} is left out: ${read.failure}`,
    where: startOfFile(GATE_POLICY),
    why: "a policy that is half understood would run other checks than the project means",
    fix: "correct the file, or remove it and write the commands into ## Session Config",
  };
  return { settings: [], diagnostics: [diagnostic], text };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function settingsOf(text: string): Result<readonly WrittenSetting[], string> {
  const policy = objectOf(parse(text));
  if (policy === undefined) return fail("it holds no JSON object");
  if (policy["version"] !== 1) return fail("version is not 1");
  const commands = objectOf(policy["commands"]);
  if (commands === undefined) return fail("commands is no object");
  const odd = Object.keys(commands).find((name) => !GATES.some((gate) => gate === name));
  if (odd !== undefined) return fail(`commands.${odd} is none of ${GATES.join(", ")}`);
  const settings: WrittenSetting[] = [];
  for (const gate of GATES) {
    if (commands[gate] === undefined) continue;
    const command = objectOf(commands[gate])?.["command"];
    if (typeof command !== "string" || command.trim() === "")
      return fail(`commands.${gate}.command is no text`);
    const span = startOfFile(GATE_POLICY);
    const value = { text: command, lines: [], span };
    settings.push({ key: `${gate}-command`, isItem: false, keySpan: span, value });
  }
  return ok(settings);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
