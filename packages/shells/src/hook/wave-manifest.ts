import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, isTextList, oneOf, parseJson, type ToolIntent } from "@breakwater/agents";
import type { Enforcement } from "@breakwater/core";
import { type BlockedRule, FALL_BACK_RULES, hasRepeatedKey, toolKindOf } from "@breakwater/guard";
import { placeOf } from "../door/place.ts";
import { predecessorMatches } from "./predecessor-glob.ts";

/** What a predecessor's `wave-scope.json` asks for in the person's own session while its wave runs. */
export type WaveManifest = {
  readonly enforcement: Enforcement;
  /** Absent where its path gate is off. */
  readonly allowedPaths?: readonly string[];
  /** Absent where its command gate is off. */
  readonly blockedCommands?: readonly BlockedRule[];
};

const FOLDERS = [".cursor", ".codex", ".claude"] as const;
const MOST_BYTES = 1024 * 1024;

/** One that cannot be read allows no write and keeps the fall-back list of commands. */
const UNREADABLE: WaveManifest = {
  enforcement: "strict",
  allowedPaths: [],
  blockedCommands: FALL_BACK_RULES,
};

/** Reads the first manifest below a root; `undefined` where there is none. Never throws. */
export function readWaveManifest(root: string): WaveManifest | undefined {
  for (const folder of FOLDERS) {
    const text = readText(join(root, folder, "wave-scope.json"));
    if (text !== undefined) return manifestOf(text);
  }
  return undefined;
}

function manifestOf(text: string): WaveManifest {
  const value = parseJson(text);
  if (!isJsonObject(value) || hasRepeatedKey(text)) return UNREADABLE;
  const { allowedPaths = [], blockedCommands = [], gates = {} } = value;
  const enforcement = oneOf<Enforcement>(value["enforcement"] ?? "strict", ["strict", "warn", "off"]);
  if (!isTextList(allowedPaths) || !isTextList(blockedCommands) || !isJsonObject(gates)) return UNREADABLE;
  if (enforcement === undefined) return UNREADABLE;
  const rules = blockedCommands.map((pattern): BlockedRule => ({
    id: pattern,
    pattern,
    severity: "block",
    rationale: "The running wave blocks it.",
  }));
  return {
    enforcement,
    ...(gates["path-guard"] === false ? {} : { allowedPaths }),
    ...(gates["command-guard"] === false
      ? {}
      : { blockedCommands: rules.length === 0 ? FALL_BACK_RULES : rules }),
  };
}

/** The path that a manifest does not let a file tool write; `undefined` where it has nothing to say. */
export function strayPath(manifest: WaveManifest, intent: ToolIntent, root: string): string | undefined {
  const { allowedPaths } = manifest;
  const known = toolKindOf(intent.tool).kind;
  if (allowedPaths === undefined || (known !== "write" && known !== "patch")) return undefined;
  return intent.paths.find((written) => {
    const place = placeOf(written, root);
    return place.kind === "outside" || !allowedPaths.some((entry) => predecessorMatches(entry, place.path));
  });
}

/** The text of a file, an empty one where it cannot be read, `undefined` where it is not there. */
function readText(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const absent =
      cause instanceof Error && "code" in cause && ["ENOENT", "ENOTDIR"].includes(String(cause.code));
    return absent ? undefined : "";
  }
  try {
    const found = fstatSync(file);
    return found.isFile() && found.size <= MOST_BYTES ? readFileSync(file, "utf8") : "";
  } catch {
    return "";
  } finally {
    closeSync(file);
  }
}
