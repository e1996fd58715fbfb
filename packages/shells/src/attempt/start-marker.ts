import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isJsonObject, numberOf, parseJson, textOf } from "@breakwater/agents";
import {
  identifyProcess,
  isSameProcessAlive,
  endMarked,
  type ProcessIdentity,
  publishFile,
  signalGroup,
} from "@breakwater/node";
import { type AttemptOrder, companionFiles } from "./order.ts";

/** The proof that an attempt was started: by which order, and by which process. */
export type StartMarker = {
  readonly token: string;
  readonly host: ProcessIdentity;
  /** Value of `MARK_NAME` in the environment of everything that the attempt starts. */
  readonly mark: string;
};

/** The environment variable by which processes of an attempt are found, wherever they went. */
export const MARK_NAME = "BREAKWATER_ATTEMPT_MARK";

/**
 * Claims the start of an attempt for this process. Exactly one claim of an attempt ever succeeds, on one
 * file system: the name of the marker is taken for good. `undefined` when it was taken before.
 */
export async function claimStart(order: AttemptOrder): Promise<StartMarker | undefined> {
  const marker = { token: order.token, host: identifyProcess(process.pid), mark: randomUUID() };
  const file = companionFiles(order).started;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await publishFile(file, `${JSON.stringify(marker)}\n`, "create");
    return marker;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return undefined;
    throw cause;
  }
}

/** The marker of an attempt, or `undefined` when nobody started it. A damaged marker throws. */
export async function readMarker(order: Pick<AttemptOrder, "resultFile">): Promise<StartMarker | undefined> {
  const file = companionFiles(order).started;
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const host = isJsonObject(value) ? identityOf(value.host) : undefined;
  const token = isJsonObject(value) ? textOf(value.token) : undefined;
  const mark = isJsonObject(value) ? textOf(value.mark) : undefined;
  if (host === undefined || token === undefined || mark === undefined) {
    throw new Error(`Reading the start marker ${file}: it is damaged`);
  }
  return { token, host, mark };
}

/** Records the client's process, so that it can be ended when its host was killed. */
export async function recordClient(order: AttemptOrder, pid: number): Promise<void> {
  await publishFile(companionFiles(order).client, `${JSON.stringify(identifyProcess(pid))}\n`, "replace");
}

/** Ends whatever an attempt left running after its host is gone. Safe to call at any time after that. */
export async function endLeftovers(order: AttemptOrder, marker: StartMarker): Promise<void> {
  const client = identityOf(parseJson((await readIfThere(companionFiles(order).client)) ?? ""));
  if (client !== undefined) await endClient(client);
  await endMarked({ name: MARK_NAME, value: marker.mark });
  await rm(order.socketPath, { force: true });
}

/** A killed process is there for a moment longer; who goes on before that may still see it write. */
async function endClient(client: ProcessIdentity): Promise<void> {
  for (let look = 0; look < MOST_LOOKS && isSameProcessAlive(client) === "alive"; look += 1) {
    signalGroup(client.pid, "SIGKILL");
    await new Promise((next) => setTimeout(next, 5));
  }
}

const MOST_LOOKS = 1_000;

function identityOf(value: unknown): ProcessIdentity | undefined {
  if (!isJsonObject(value)) return undefined;
  const pid = numberOf(value.pid);
  const bootId = textOf(value.bootId);
  const startTime = textOf(value.startTime);
  if (pid === undefined || bootId === undefined || startTime === undefined) return undefined;
  return { pid, bootId, startTime };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}
