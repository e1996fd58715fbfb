import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, sessionId, type Result, type SessionId } from "@breakwater/core";
import type { Checkout } from "./locate-checkout.ts";

type Controlled = Pick<Checkout, "controlDir">;

/** Where one session keeps its files. All paths are absolute. */
export type SessionPlace = {
  readonly id: SessionId;
  readonly folder: string;
  readonly journal: string;
};

/** The folder that holds one folder for each session of a checkout. */
export function sessionsFolder(checkout: Controlled): string {
  return join(checkout.controlDir, "sessions");
}

/** The place of a session, whether or not it exists. */
export function placeOf(checkout: Controlled, id: SessionId): SessionPlace {
  const folder = join(sessionsFolder(checkout), id);
  return { id, folder, journal: join(folder, "journal.ndjson") };
}

/** All sessions of a checkout, the newest first. */
export function listSessions(checkout: Controlled): readonly SessionPlace[] {
  return namesIn(sessionsFolder(checkout))
    .map((name) => placeOf(checkout, sessionId(name)))
    .flatMap((place) => {
      const at = beganAt(place);
      return at === undefined ? [] : [{ place, at }];
    })
    .toSorted((a, b) => b.at - a.at || (a.place.id < b.place.id ? 1 : -1))
    .map(({ place }) => place);
}

function beganAt(place: SessionPlace): number | undefined {
  return statSync(place.journal, { throwIfNoEntry: false })?.birthtimeMs;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The session that a person means: the one whose id begins with `wanted`, or else the newest; BW770. */
export function findPlace(checkout: Controlled, wanted: string | undefined): Result<SessionPlace> {
  const places = listSessions(checkout);
  const place = wanted === undefined ? places[0] : places.find((each) => each.id.startsWith(wanted));
  if (place !== undefined) return ok(place);
  const known = places.slice(0, 5).map((each) => each.id);
  return fail({
    code: "BW770",
    message:
      wanted === undefined ? "there is no session in this checkout" : `there is no session "${wanted}"`,
    fix: known.length === 0 ? "Start one: breakwater go PLAN" : `Sessions here: ${known.join(", ")}`,
  });
}
