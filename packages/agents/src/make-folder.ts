import { mkdirSync } from "node:fs";

/**
 * Makes a folder in which a client keeps its conversations, for its user alone: a wall can only show what is
 * there, and what a client writes elsewhere is gone with it. One that cannot be made costs the conversation.
 */
export function makeFolder(path: string | undefined): void {
  try {
    if (path !== undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // The client says so itself, or keeps nothing.
  }
}

/**
 * Makes the folders of a client's homes before a wall stands, because a first-time user has none yet. What is
 * named like a file of settings is one, and the client makes it itself.
 */
export function makeHomes(homes: readonly string[]): void {
  for (const home of homes) if (!home.endsWith(".json")) makeFolder(home);
}
