import { createHash } from "node:crypto";
import { numberOfAttempt, taskOfAttempt } from "@breakwater/core";
import type { AttemptId, SessionId } from "@breakwater/core";

/** A ref that the engine owns. Nothing else is ever written by it but the user's branch at close. */
export type OwnRef = `refs/breakwater/${string}`;

/** Where one session keeps what it must not lose. */
export type SessionRefs = {
  /** All refs of the session lie below; ends in a slash. */
  readonly prefix: OwnRef;
  readonly base: OwnRef;
  readonly integration: OwnRef;
  /** The commits prepared for the user's branch, kept so that a repeated close offers the same ones. */
  readonly close: OwnRef;
  readonly result: (attempt: AttemptId) => OwnRef;
  readonly quarantine: (attempt: AttemptId) => OwnRef;
  readonly snapshot: (name: string) => OwnRef;
};

/** Names the refs of a session. The same session always gets the same names. */
export function sessionRefs(session: SessionId): SessionRefs {
  const prefix: OwnRef = `refs/breakwater/${refComponent(session)}/`;
  return {
    prefix,
    base: `${prefix}base`,
    integration: `${prefix}integration`,
    close: `${prefix}close`,
    result: (attempt) => `${prefix}tasks/${attemptPath(attempt)}`,
    quarantine: (attempt) => `${prefix}quarantine/${attemptPath(attempt)}`,
    snapshot: (name) => `${prefix}snapshots/${refComponent(name)}`,
  };
}

/**
 * Turns any text into one component that git accepts in a ref name. A text that is fine stays as it is;
 * every other one gets a hash of itself, so that two texts never share a component.
 */
export function refComponent(text: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(text) && !/\.\.|\.lock$|\.$/.test(text) && text.length <= 120)
    return text;
  const readable = text.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 80);
  return `${readable}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

function attemptPath(attempt: AttemptId): string {
  return `${refComponent(taskOfAttempt(attempt))}/${numberOfAttempt(attempt)}`;
}
