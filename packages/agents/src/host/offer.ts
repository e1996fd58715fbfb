import { randomBytes } from "node:crypto";
import { existsSync, linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, parseJson, textOf } from "../json-shape.ts";

/** An attempt that waits for a host to work on it. The ticket is a secret of who took it. */
export type Offer = { readonly attempt: string; readonly ticket: string };

/** What came of handing in a report. */
export type Handed = "taken" | "wrong-ticket" | "reported-before" | "gone";

const OFFER = "offer.json";
const TAKEN = "taken";
const REPORT = "report.json";

/** A longer last message is cut, as every runtime cuts it. */
const MOST_MESSAGE = 256 * 1024;
const MOST_FILE = 2 * 1024 * 1024;

/** Puts an attempt on offer in the folder of its door, which only this user can enter. */
export function makeOffer(folder: string, attempt: string): Offer {
  const offer = { attempt, ticket: randomBytes(16).toString("hex") };
  writeWhole(join(folder, OFFER), JSON.stringify(offer));
  return offer;
}

/** The offer in a door's folder; `undefined` where there is none, or none any more. */
export function readOffer(folder: string): Offer | undefined {
  const value = parseJson(readBounded(join(folder, OFFER)));
  if (!isJsonObject(value)) return undefined;
  const [attempt, ticket] = [textOf(value.attempt), textOf(value.ticket)];
  return attempt === undefined || ticket === undefined ? undefined : { attempt, ticket };
}

export function isTaken(folder: string): boolean {
  return existsSync(join(folder, TAKEN));
}

/** Notes that a host has taken the offer; true for the first one alone. */
export function takeOffer(folder: string): boolean {
  try {
    writeFileSync(join(folder, TAKEN), "", { flag: "wx", mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** Hands in the last message of who worked on the attempt. The first report counts. */
export function handReport(folder: string, ticket: string, message: string): Handed {
  const offer = readOffer(folder);
  if (offer === undefined) return "gone";
  if (offer.ticket !== ticket) return "wrong-ticket";
  try {
    const file = join(folder, REPORT);
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, JSON.stringify({ message: message.slice(-MOST_MESSAGE) }), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
    return "taken";
  } catch {
    return existsSync(join(folder, REPORT)) ? "reported-before" : "gone";
  }
}

/** The last message that was handed in; `undefined` while there is none. */
export function readHandedReport(folder: string): string | undefined {
  const value = parseJson(readBounded(join(folder, REPORT)));
  return isJsonObject(value) ? textOf(value.message) : undefined;
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** A file of ours; what is a link, missing or too long is not. */
function readBounded(file: string): string {
  try {
    const { size } = lstatSync(file);
    return size > MOST_FILE ? "" : readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
