import { fail, ok, type Result } from "@breakwater/core";
import { fieldsOf } from "../tool-call.ts";
import type { Decision } from "../verdict.ts";

/** Where the fixture lies that cases speak of; they write `@WT@`, `@MAIN@`, `@HOME@` and `@TMP@`. */
export type Places = {
  readonly worktree: string;
  readonly main: string;
  readonly home: string;
  readonly tmp: string;
};

/** One case of a corpus: a tool call, what the disk holds, what is granted, and what should come out. */
export type GuardCase = {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  readonly setup: readonly string[];
  readonly allowedPaths: unknown;
  /** The text of a manifest that takes the place of `allowedPaths`. */
  readonly manifest?: string;
  /** The workspace is reached through a symbolic link. */
  readonly throughLink: boolean;
  readonly expect?: Decision;
};

const DEFAULT_PATHS = ["src/api/**", "tests/api/**"];

/** Reads one line of a corpus. The failure is BW781 and names what is missing. */
export function readCase(line: string, number: number): Result<GuardCase> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return unreadable(number, "it is no JSON");
  }
  const fields = fieldsOf(value);
  const id: unknown = fields.get("id");
  const command: unknown = fields.get("command");
  const tool: unknown = typeof command === "string" ? "Bash" : fields.get("tool");
  if (typeof tool !== "string") return unreadable(number, "it has neither a command nor a tool");
  const setup: unknown = fields.get("setup") ?? [];
  if (!isTexts(setup)) return unreadable(number, "its setup is no list of commands");
  const expect: unknown = fields.get("expect");
  if (expect !== undefined && !isDecision(expect)) return unreadable(number, "it expects no decision");
  const manifest: unknown = fields.get("manifest");
  return ok({
    id: typeof id === "string" || typeof id === "number" ? String(id) : `line ${number}`,
    tool,
    input: typeof command === "string" ? { command } : fields.get("input"),
    setup,
    allowedPaths: fields.has("allowedPaths") ? fields.get("allowedPaths") : DEFAULT_PATHS,
    throughLink: fields.get("root") === "link",
    ...(typeof manifest === "string" ? { manifest } : {}),
    ...(expect === undefined ? {} : { expect }),
  });
}

function isDecision(value: unknown): value is Decision {
  return value === "allow" || value === "ask" || value === "deny";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function unreadable(number: number, reason: string): Result<never> {
  return fail({
    code: "BW781",
    message: `line ${number} is no case: ${reason}`,
    why: "every line of a corpus is one JSON object with a command, or a tool and its input",
    fix: 'write {"id": "x1", "command": "…", "expect": "deny"} on a line of its own',
  });
}

/** Puts the places of the fixture into every text of a value. */
export function placed(value: unknown, places: Places): unknown {
  if (typeof value === "string") return placedText(value, places);
  if (Array.isArray(value)) return value.map((each: unknown) => placed(each, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, placed(each, places)]));
}

/** Puts the places of the fixture into one text. */
export function placedText(text: string, places: Places): string {
  return text
    .replaceAll("@WT@", places.worktree)
    .replaceAll("@MAIN@", places.main)
    .replaceAll("@HOME@", places.home)
    .replaceAll("@TMP@", places.tmp);
}
