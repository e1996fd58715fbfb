import type { Failure } from "@breakwater/core";

/** There is nobody to hand a request to. */
export function nobodyListens(what: string): Failure {
  return {
    code: "BW650",
    message: `No running session takes requests here: ${what}`,
    why: "A request is taken in by the process that holds the session",
    fix: "Run the command again; when no session is alive it does the work itself",
  };
}

/** The session is there but did not answer as it should. */
export function noAnswer(what: string): Failure {
  return {
    code: "BW651",
    message: `The running session did not answer the request: ${what}`,
    why: "It may be stopped, overloaded or about to end; whether it took the request in is not known",
    fix: "Look with: breakwater status",
  };
}

/** A request that the inbox does not take in, before anybody judged its content. */
export function requestRefused(what: string): Failure {
  return {
    code: "BW652",
    message: `The request was not taken in: ${what}`,
    why: "Only whole, known requests from somebody who can read the lease reach the session",
    fix: "Use the same version of breakwater as the running session",
  };
}

/** No socket could be made. */
export function inboxUnavailable(what: string): Failure {
  return {
    code: "BW653",
    message: `The session cannot take requests from other processes: ${what}`,
    why: "A Unix socket needs a short path in a folder that belongs to you alone",
    fix: "Set XDG_RUNTIME_DIR or TMPDIR to a short, writable folder",
  };
}
