import { homedir } from "node:os";
import { join } from "node:path";
import { fail, type Failure, ok, type Result } from "@breakwater/core";
import { findProgram } from "../find-client.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that Cursor's client reads of its user: where its sign-in lies, a key, a proxy. */
export const CURSOR_INHERITS: readonly string[] = [
  "CURSOR_API_KEY",
  "CURSOR_CONFIG_DIR",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "XDG_CONFIG_HOME",
];

/** Where the user's sign-in, settings and conversations are; they stay there. */
export function cursorHomes(environment: Environment): readonly string[] {
  const home = environment["HOME"] ?? homedir();
  const own = environment["CURSOR_CONFIG_DIR"] ?? "";
  const config = environment["XDG_CONFIG_HOME"] ?? join(home, ".config");
  return [...(own === "" ? [] : [own]), join(home, ".cursor"), join(config, "cursor")];
}

/** The user's own client on `PATH`; the failure is BW748. */
export function findCursor(environment: Environment): Result<string> {
  const program = findProgram("cursor-agent", environment);
  return program === undefined ? fail(NO_CLIENT) : ok(program);
}

const NO_CLIENT: Failure = {
  code: "BW748",
  message: "no Cursor client was found: there is no program cursor-agent on PATH",
  why: "Breakwater drives the user's own client and brings none.",
  fix: "Install Cursor's command line as cursor.com/cli says, and sign in by: cursor-agent login",
};
