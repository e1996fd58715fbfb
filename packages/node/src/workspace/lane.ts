import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "./disk-failure.ts";
import { isThere, namesIn } from "./worktree-registry.ts";

/**
 * What an attempt or a gate has for itself: a block of ports, a folder for temporary files and one for
 * caches. `env` are the variables that tell a child of it. Its owner gives it back with `freeLane`.
 */
export type Lane = {
  readonly number: number;
  readonly ports: { readonly first: number; readonly count: number };
  readonly tmp: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
};

const FIRST_PORT = 21_000;
const PORTS_PER_LANE = 20;
/** Ports of all lanes stay below 32768, where Linux begins to hand out ports of its own choice. */
const LANES = 550;

const recordSchema = z.object({ owner: z.string(), folder: z.string(), tmp: z.string() });

/**
 * Takes the first lane of this machine that nobody has, for an attempt or gate that `owner` names. It works
 * in `folder`, which must be there: when that is gone, the lane is free, so a crash never uses lanes up.
 * `lanes` is a folder that all sessions of the user share. Throws when all lanes are taken.
 */
export async function takeLane(lanes: string, owner: string, folder: string): Promise<Lane> {
  await mkdir(lanes, { recursive: true, mode: 0o700 });
  for (let number = 0; number < LANES; number += 1) {
    const record = join(lanes, String(number));
    await freeIfAbandoned(record);
    const lane = await claim(record, { owner, folder });
    if (lane !== undefined) return describe(number, lane);
  }
  throw new Error(`Taking a lane in ${lanes}: all ${LANES} are in use`);
}

/** Gives back the lane of an owner with its temporary folder. */
export async function freeLane(lanes: string, owner: string): Promise<void> {
  for (const name of await namesIn(lanes)) {
    const record = await readRecord(join(lanes, name));
    if (record?.owner === owner) await release(join(lanes, name), record.tmp);
  }
}

/** The lane that an owner already has, for instance after a restart. */
export async function findLane(lanes: string, owner: string): Promise<Lane | undefined> {
  for (const name of await namesIn(lanes)) {
    const record = await readRecord(join(lanes, name));
    if (record?.owner === owner) return describe(Number(name), record);
  }
  return undefined;
}

type LaneRecord = z.infer<typeof recordSchema>;

/** Temporary folders are short and directly below the system's own, because socket paths may have only 107 bytes. */
async function claim(
  record: string,
  whose: Pick<LaneRecord, "owner" | "folder">,
): Promise<LaneRecord | undefined> {
  if (await isThere(record)) return undefined;
  const lane = { ...whose, tmp: await mkdtemp(join(tmpdir(), "bw-")) };
  try {
    await writeFile(record, JSON.stringify(lane), { flag: "wx", mode: 0o600 });
    return lane;
  } catch (cause) {
    await rm(lane.tmp, { recursive: true, force: true });
    if (errorCode(cause) === "EEXIST") return undefined;
    throw cause;
  }
}

async function freeIfAbandoned(record: string): Promise<void> {
  const found = await readRecord(record);
  if (found !== undefined && !(await isThere(found.folder))) await release(record, found.tmp);
}

async function release(record: string, tmp: string): Promise<void> {
  await rm(tmp, { recursive: true, force: true });
  await rm(record, { force: true });
}

async function readRecord(file: string): Promise<LaneRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

async function describe(number: number, record: LaneRecord): Promise<Lane> {
  const cache = join(record.tmp, "cache");
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const ports = { first: FIRST_PORT + number * PORTS_PER_LANE, count: PORTS_PER_LANE };
  const env = {
    TMPDIR: record.tmp,
    XDG_CACHE_HOME: cache,
    npm_config_cache: join(cache, "npm"),
    PORT: String(ports.first),
    BREAKWATER_PORT_FIRST: String(ports.first),
    BREAKWATER_PORT_COUNT: String(ports.count),
    BREAKWATER_LANE: String(number),
  };
  return { number, ports, tmp: record.tmp, cache, env };
}
