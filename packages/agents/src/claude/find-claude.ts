import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { fail, type Failure, ok, type Result } from "@breakwater/core";
import { findProgram, isAtLeast } from "../find-client.ts";
import { isJsonObject, parseJson, textOf } from "../json-shape.ts";

/** Where a client is looked for. */
export type ClientSearch = {
  /** A folder of the user's project; its `node_modules` and those above it are searched. Absolute. */
  readonly from: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The user's client: the Agent SDK with a program to run, or the program alone. */
export type ClaudeClient =
  | { readonly door: "sdk"; readonly module: string; readonly program: string; readonly version: string }
  | { readonly door: "cli"; readonly program: string };

/** From here on a hook that fails can be told to block; an older client would let the call through. */
export const OLDEST_SDK = "0.3.295";
export const OLDEST_CLI = "2.1.295";

/** How a user gets a client that is good enough. */
export const INSTALL_LINE = "npm install --global @anthropic-ai/claude-agent-sdk@0.3.330";

/**
 * Finds the user's own client: the Agent SDK in the folder that `BREAKWATER_CLIENTS` names, in the project or
 * installed globally; else the program `claude` on PATH. Files are looked at, nothing is started. The failure
 * is BW748 where there is none and BW749 where there is only one that is too old.
 */
export function findClaude(search: ClientSearch): Result<ClaudeClient> {
  const folders = sdkFolders(search);
  const found = folders.flatMap((folder) => sdkIn(folder, search) ?? []);
  const good = found.find(({ version }) => isAtLeast(version, OLDEST_SDK));
  if (good !== undefined) return ok(good);
  const program = findProgram("claude", search.environment);
  if (program !== undefined) return ok({ door: "cli", program });
  const [old] = found;
  return fail(old === undefined ? noClient() : tooOld(`the Agent SDK ${old.version}`, OLDEST_SDK));
}

/** Why a client cannot be used because of its version; BW749. */
export function tooOld(what: string, oldest: string): Failure {
  return {
    code: "BW749",
    message: `${what} is too old; ${oldest} or newer is needed`,
    why: "An older client lets a call through when the hook that judges it fails.",
    fix: `Update it: ${INSTALL_LINE}`,
  };
}

function noClient(): Failure {
  return {
    code: "BW748",
    message: "no Claude client was found: neither the Agent SDK nor the program claude",
    why: "Breakwater drives the user's own client and brings none.",
    fix: `Install one: ${INSTALL_LINE}`,
  };
}

const SDK = join("node_modules", "@anthropic-ai", "claude-agent-sdk");

function sdkFolders({ from, environment }: ClientSearch): readonly string[] {
  const own = environment["BREAKWATER_CLIENTS"];
  return [
    ...(own !== undefined && isAbsolute(own) ? [own] : []),
    ...upwards(from),
    ...pathFolders(environment).map((folder) => join(dirname(folder), "lib")),
  ].map((folder) => join(folder, SDK));
}

function upwards(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

function sdkIn(
  folder: string,
  { environment }: ClientSearch,
): Extract<ClaudeClient, { door: "sdk" }> | undefined {
  const manifest = readJson(join(folder, "package.json"));
  const version = isJsonObject(manifest) ? textOf(manifest.version) : undefined;
  const module = join(folder, "sdk.mjs");
  if (version === undefined || !isFile(module)) return undefined;
  const program = nativeProgram(folder) ?? findProgram("claude", environment);
  return program === undefined ? undefined : { door: "sdk", module: realpathSync(module), program, version };
}

/** The program that the SDK brings, as an optional package of its own for each platform. */
function nativeProgram(folder: string): string | undefined {
  const name = `claude-agent-sdk-${process.platform}-${process.arch}`;
  const beside = dirname(folder);
  return [name, `${name}-musl`]
    .flatMap((each) => [
      join(beside, each, "claude"),
      join(folder, "node_modules", "@anthropic-ai", each, "claude"),
    ])
    .find((file) => may(file, constants.X_OK));
}

function pathFolders(environment: ClientSearch["environment"]): readonly string[] {
  return (environment["PATH"] ?? "").split(delimiter).filter(isAbsolute);
}

function isFile(path: string): boolean {
  return may(path, constants.R_OK);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function readJson(file: string): unknown {
  try {
    return parseJson(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
