import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { SessionId } from "@breakwater/core";

/** The id of a repository: a hash of its real common folder, so that all its checkouts share one. */
export function repositoryId(commonDir: string): string {
  return createHash("sha256").update(commonDir).digest("hex").slice(0, 16);
}

/**
 * `$XDG_STATE_HOME/breakwater`, with the default of the XDG base directory rules; they also say that a
 * relative value is to be ignored.
 */
export function stateRoot(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return xdgFolder(env, "XDG_STATE_HOME", join(".local", "state"));
}

/** `$XDG_CACHE_HOME/breakwater`: what can be found out again. */
export function cacheRoot(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return xdgFolder(env, "XDG_CACHE_HOME", ".cache");
}

function xdgFolder(env: Readonly<Record<string, string | undefined>>, name: string, usual: string): string {
  const named = env[name];
  const base = named !== undefined && isAbsolute(named) ? named : join(env["HOME"] ?? homedir(), usual);
  return join(base, "breakwater");
}

/** The folder of one session below the state home of its repository. */
export function sessionHome(stateHome: string, session: SessionId): string {
  return join(stateHome, session);
}
