import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import type {
  ClientReach,
  Gate,
  HookDoor,
  HookDoorWish,
  HookProtocol,
  OpenHookDoor,
} from "@breakwater/agents";
import { fail, type Failure, ok, type Result } from "@breakwater/core";
import type { AttemptOrder } from "../attempt/order.ts";
import type { HookJudge } from "./answer-call.ts";
import { doorFolder } from "./door-folder.ts";
import { DOOR_SOCKET, DOOR_TOKEN } from "./frame.ts";
import { hookClient } from "./hook-client.ts";
import type { ListeningDoor } from "./socket-door.ts";

/** The hook doors of one attempt: nothing is there before `open`, and nothing is left after `close`. */
export type HookDoors = {
  readonly open: OpenHookDoor;
  /** What a client inside a wall must see of them: the folders of the door and of its hook. */
  readonly reach: () => readonly ClientReach[];
  readonly close: () => Promise<void>;
};

/** Lends an attempt its hook doors. `gate` is the one that its adapter asks in process. */
export function hookDoorsOf(
  order: Pick<AttemptOrder, "resultFile" | "token" | "hookClients">,
  gate: Gate,
): HookDoors {
  const doors = new Doors(order, gate);
  return { open: (wish) => doors.open(wish), reach: () => doors.reach, close: () => doors.close() };
}

type Base = Omit<HookDoor, "command" | "url">;

class Doors {
  readonly #order: Pick<AttemptOrder, "resultFile" | "token" | "hookClients">;
  readonly #judge: HookJudge;
  readonly #listeners: NonNullable<HookDoorWish["asked"]>[] = [];
  readonly #open: ListeningDoor[] = [];
  #base: Promise<Base> | undefined;
  #url: Promise<string> | undefined;
  #reach: readonly ClientReach[] = [];
  #closed = false;

  constructor(order: Pick<AttemptOrder, "resultFile" | "token" | "hookClients">, gate: Gate) {
    this.#order = order;
    const asked: HookJudge["asked"] = (intent, decision) => {
      for (const listener of this.#listeners) listener(intent, decision);
    };
    this.#judge = { gate, asked };
  }

  get reach(): readonly ClientReach[] {
    return this.#reach;
  }

  async open({ protocol, http = false, asked }: HookDoorWish): Promise<Result<HookDoor>> {
    const client = hookClient(this.#order.hookClients);
    if (client === undefined) return fail(noHookDoor("this program has lost its hook"));
    if (this.#closed) return fail(noHookDoor("the attempt is over"));
    try {
      const base = await (this.#base ??= this.#listen());
      const url = http ? await (this.#url ??= this.#listenOnLoopback(base.token, protocol)) : undefined;
      if (asked !== undefined) this.#listeners.push(asked);
      this.#reach = [
        { path: base.folder, access: "read", reason: "the door for hooks" },
        { path: dirname(client.at(-1) ?? ""), access: "read", reason: "the hook" },
      ];
      const command = [...client, "--door", base.folder, "--protocol", protocol] as const;
      return ok({ ...base, command: named(command), ...(url === undefined ? {} : { url }) });
    } catch (cause) {
      return fail(noHookDoor(cause instanceof Error ? cause.message : String(cause)));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const base = await this.#base?.catch(() => undefined);
    await this.#url?.catch(() => undefined);
    await Promise.all(this.#open.map((door) => door.close()));
    if (base !== undefined) await rm(base.folder, { recursive: true, force: true });
  }

  async #listen(): Promise<Base> {
    const folder = await makeFolder(doorFolder(this.#order.resultFile));
    const token = randomBytes(32).toString("hex");
    await writeFile(join(folder, DOOR_TOKEN), `${token}\n`, { mode: 0o600, flag: "wx" });
    const { openSocketDoor } = await import("./socket-door.ts");
    const socketPath = join(folder, DOOR_SOCKET);
    this.#open.push(await openSocketDoor(socketPath, token, this.#judge));
    return { folder, token, socketPath, environment: { BREAKWATER_DOOR: folder } };
  }

  async #listenOnLoopback(token: string, protocol: HookProtocol): Promise<string> {
    const { openHttpDoor } = await import("./http-door.ts");
    const door = await openHttpDoor(token, protocol, this.#judge);
    this.#open.push(door);
    return door.url;
  }
}

function named(words: readonly string[]): readonly [string, ...string[]] {
  const [program = "", ...rest] = words;
  return [program, ...rest];
}

/** A fresh folder that only this user can enter. */
async function makeFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, ".."), { recursive: true, mode: 0o700 });
  const above = await lstat(join(folder, ".."));
  if (!above.isDirectory() || above.uid !== userInfo().uid) throw new Error("its folder is another user's");
  await mkdir(folder, { mode: 0o700 });
  await chmod(folder, 0o700);
  return folder;
}

/** Why an attempt has no door for hooks. */
export function noHookDoor(reason: string): Failure {
  return {
    code: "BW747",
    message: `the door for hooks could not be opened: ${reason}`,
    why: "A client that asks by hooks would run without anybody judging its calls.",
    fix: "Check that the session's folder can be written and is on a file system with sockets, then retry.",
  };
}
