import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isJsonObject, isTextList, type JsonObject, numberOf, oneOf, parseJson } from "@breakwater/agents";
import {
  type AttemptId,
  type AttemptLimits,
  type Enforcement,
  fail,
  ok,
  type Result,
  type SessionId,
  type TaskScope,
} from "@breakwater/core";
import type { Grace, WallNetwork, WallPlace, WallSetup } from "@breakwater/node";
import type { DoorPolicy } from "../door/door-policy.ts";

/**
 * Everything that the host of an attempt needs, as plain JSON (`docs/spec/attempt.md`). The token is drawn
 * anew for each start; only its holder may speak to the host, and only a result with it counts.
 */
export type AttemptOrder = {
  readonly version: 1;
  readonly attempt: AttemptId;
  readonly session: SessionId;
  readonly token: string;
  readonly agent: string;
  readonly model?: string;
  /** Absolute. */
  readonly workspace: string;
  readonly prompt: string;
  /** The shape of the final report, where it is not that of a task. */
  readonly report?: "review";
  readonly scope: TaskScope;
  readonly enforcement: Enforcement;
  /** Where it is missing or damaged the attempt runs, and its door lets nothing but reading through. */
  readonly door: DoorPolicy;
  readonly limits: AttemptLimits;
  readonly eventFile: string;
  readonly resultFile: string;
  readonly socketPath: string;
  /** Set for the client on purpose: ports, temporary folder, caches. No secrets: this is stored. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names that the client inherits besides the basic ones; their values are never stored. */
  readonly allowEnvironment: readonly string[];
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** Absolute; a folder with the hooks that clients are to start. The program's own when absent. */
  readonly hookClients?: string;
  /** A conversation of the runtime to go on with, and what of its cost is recorded already. */
  readonly resume?: string;
  readonly resumedUsd?: number;
  /** How long the host works on without a coordinator; 10 minutes when absent and never more. */
  readonly unattendedMs?: number;
  /** What may be done to an agent that repeats itself: ended (when absent), only told, or nothing at all. */
  readonly stagnation?: "stop" | "nudge" | "off";
  /** The wall to be put around the client; absent where there is none. */
  readonly wall?: OrderedWall;
  /** The steps between the signals that end the client. */
  readonly killGrace?: Grace;
};

/** A wall as the coordinator found that it holds; the host tries it once more before it starts anything. */
export type OrderedWall = {
  readonly setup: WallSetup;
  readonly place: WallPlace;
  readonly network: WallNetwork;
};

/** Files of one attempt. */
export type AttemptFiles = Pick<AttemptOrder, "eventFile" | "resultFile" | "socketPath">;

/**
 * Where the files of an attempt go: the result in `folder`, the events in `eventFolder`, and the socket in
 * `folder` too, unless its path would be longer than a socket's name may be.
 */
export function attemptFiles(
  attempt: AttemptId,
  folders: { readonly folder: string; readonly eventFolder: string },
): AttemptFiles {
  return {
    eventFile: join(folders.eventFolder, `${attempt}.ndjson`),
    resultFile: join(folders.folder, `${attempt}.result.json`),
    socketPath: socketPathOf(join(folders.folder, `${attempt}.sock`)),
  };
}

/** What stands beside the result file: order, proof of the start, client, id of the conversation, host's stderr. */
export function companionFiles(order: Pick<AttemptOrder, "resultFile">): {
  readonly order: string;
  readonly started: string;
  readonly client: string;
  readonly conversation: string;
  readonly log: string;
} {
  const stem = order.resultFile.replace(/\.result\.json$/u, "");
  return {
    order: `${stem}.order.json`,
    started: `${stem}.started.json`,
    client: `${stem}.client.json`,
    conversation: `${stem}.conversation.json`,
    log: `${stem}.log`,
  };
}

/** Reads an order; the failure is BW741. */
export async function readOrder(file: string): Promise<Result<AttemptOrder>> {
  const value = parseJson(await readFile(file, "utf8").catch(() => ""));
  const reason = isJsonObject(value) ? faultOf(value) : "it is no JSON object or cannot be read";
  if (reason === undefined) return ok(value as AttemptOrder);
  return fail({
    code: "BW741",
    message: `the order ${file} cannot be carried out: ${reason}`,
    why: "An order is written whole by the coordinator; this one is damaged or of another version.",
    fix: "Run breakwater resume: the attempt is started anew or called lost.",
  });
}

/** The smallest limit of a socket's name among the systems we run on, with its final NUL. */
const MOST_SOCKET_PATH = 104;

function socketPathOf(wanted: string): string {
  if (Buffer.byteLength(wanted) < MOST_SOCKET_PATH) return wanted;
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 24);
  return join(tmpdir(), `breakwater-${userInfo().uid}`, `${name}.sock`);
}

const TEXTS = [
  "attempt",
  "session",
  "token",
  "agent",
  "workspace",
  "prompt",
  "eventFile",
  "resultFile",
  "socketPath",
] as const;
const COUNTS = ["turns", "toolCalls", "wallMs", "idleMs", "graceMs", "outputBytes"] as const;

/** What is wrong with an order; `undefined` when nothing is. */
function faultOf(value: JsonObject): string | undefined {
  if (value.version !== 1) return "its version is not 1";
  const text = TEXTS.find((key) => typeof value[key] !== "string" || value[key] === "");
  if (text !== undefined) return `${text} is missing`;
  if (!/^.+\.\d+$/u.test(String(value.attempt))) return "attempt is not <task>.<n>";
  if (oneOf(value.enforcement, ["strict", "warn", "off"]) === undefined) return "enforcement is unknown";
  if (value.stagnation !== undefined && oneOf(value.stagnation, ["stop", "nudge", "off"]) === undefined)
    return "stagnation is unknown";
  if (value.wall !== undefined && !isWall(value.wall)) return "the wall is damaged";
  if (!isScope(value.scope)) return "scope is neither read-only nor a list of globs";
  const { limits } = value;
  if (!isJsonObject(limits)) return "limits are missing";
  const count = COUNTS.find((key) => (numberOf(limits[key]) ?? -1) < 0);
  if (count !== undefined) return `limits.${count} is missing`;
  if (!isJsonObject(value.environment)) return "environment is missing";
  if (!Object.values(value.environment).every((each) => typeof each === "string"))
    return "environment is no text";
  if (!isTextList(value.allowEnvironment)) return "allowEnvironment is missing";
  return isJsonObject(value.runtimeOptions) ? undefined : "runtimeOptions are missing";
}

/** Written by us a moment ago; what matters is that no half of it is taken for no wall. */
function isWall(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { setup, place, network } = value;
  return isJsonObject(setup) && isJsonObject(place) && oneOf(network, ["host", "none"]) !== undefined;
}

function isScope(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return value.kind === "read-only" || (value.kind === "write" && isTextList(value.globs));
}
