import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ok, type AttemptState, type Fact, type Result, type RunState } from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import { changesSince, markCheckout, type CheckoutMark, type FootprintChange } from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";

/** Notices when refs, HEAD, config or hooks of the user's checkout change while a wave runs. */
export type CheckoutWatch = {
  /** Marks the checkout before the first workspace of a wave is made; a later call does nothing. */
  readonly begin: () => Promise<Result<void>>;
  /** Tells what changed since, each change once, as an escape or, where a wall proves it, a note. Without a running wave it does nothing. */
  readonly look: (tell: Tell) => Promise<void>;
};

/**
 * Opens the watch of a session. The mark of a wave is kept in the session's folder, so that a change is found
 * by whoever takes the session over. Nothing of the engine moves these parts during a wave, so a change is
 * somebody else's; who it was cannot be known, and the text says who ran.
 */
export function openCheckoutWatch(
  machine: Pick<LocalMachine, "repository" | "folder" | "state">,
): CheckoutWatch {
  const marks = new Map<number, CheckoutMark>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };
  const markOf = async (wave: number): Promise<CheckoutMark | undefined> =>
    marks.get(wave) ?? (await storedMark(fileOf(machine.folder, wave)));
  const keep = async (wave: number, mark: CheckoutMark): Promise<void> => {
    marks.set(wave, mark);
    // The file is for a successor; a disk that refuses it ends the session by its journal soon enough.
    await mkdir(machine.folder, { recursive: true })
      .then(() => writeFile(fileOf(machine.folder, wave), JSON.stringify(mark), { mode: 0o600 }))
      .catch(() => undefined);
  };
  return {
    begin: () =>
      inTurn(async () => {
        const wave = runningWave(machine.state());
        if (wave === undefined || (await markOf(wave)) !== undefined) return ok(undefined);
        const mark = await markCheckout(machine.repository);
        if (!mark.ok) return mark;
        await keep(wave, mark.value);
        return ok(undefined);
      }),
    look: (tell) =>
      inTurn(async () => {
        const state = machine.state();
        const wave = runningWave(state);
        const before = wave === undefined ? undefined : await markOf(wave);
        if (wave === undefined || before === undefined) return;
        const found = await changesSince(machine.repository, before);
        // Git could not be asked: the mark stays, so the next look finds what this one could not.
        if (!found.ok) return;
        for (const change of found.value.changes) tell({ fact: deviationOf(change, wave, state) });
        if (found.value.mark.glance !== before.glance) await keep(wave, found.value.mark);
      }),
  };
}

/**
 * Where every process of the wave had a wall with a read-only git folder around it, none of them can have made
 * the change: it is noted as the work of somebody else. In every other case it counts as an escape.
 */
function deviationOf({ part, name, change }: FootprintChange, wave: number, state: RunState): Fact {
  const ran = [...state.attempts.values()].filter((each) => each.wave === wave && each.started !== undefined);
  const who = ran.length === 0 ? "no attempt had started" : `${ran.map(({ id }) => id).join(", ")} ran`;
  const text = `${JSON.stringify(name)} was ${change} in the user's checkout during the wave, in which ${who}`;
  if (!isWalledWave(ran, state)) return { type: "deviation.noted", wave, rule: `escape:${part}`, text };
  const walled = `${text}, each in a wall from which it cannot be written; somebody else made the change`;
  return { type: "deviation.noted", wave, rule: `checkout:${part}`, text: walled };
}

/** What sets a workspace up runs without a wall, and an attempt that is being started is not known yet. */
function isWalledWave(ran: readonly AttemptState[], state: RunState): boolean {
  const schedule = state.session?.schedule;
  if (schedule === undefined || schedule.wall === "off" || schedule.workspaceSetup !== undefined)
    return false;
  return ran.length > 0 && ran.every(({ started }) => (started?.wall ?? "none") !== "none");
}

function runningWave(state: RunState): number | undefined {
  return state.waves.find((each) => each.status === "running")?.wave.number;
}

function fileOf(folder: string, wave: number): string {
  return join(folder, `checkout-${wave}.json`);
}

async function storedMark(file: string): Promise<CheckoutMark | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(file, "utf8"));
    return isMark(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isMark(value: unknown): value is CheckoutMark {
  return typeof value === "object" && value !== null && "parts" in value && "glance" in value;
}
