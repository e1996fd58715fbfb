import { existsSync } from "node:fs";
import { unreachable } from "@breakwater/core";
import type { Failure } from "@breakwater/core";

/** How a git child ended without giving what was asked. */
export type GitEnd =
  | { readonly kind: "not-started"; readonly cwd: string; readonly reason: string; readonly missing: boolean }
  | { readonly kind: "exited"; readonly code: number; readonly stderr: string }
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "timed-out"; readonly afterMs: number }
  | { readonly kind: "too-much-output"; readonly maxBytes: number };

/** Names the failure of a git child. `verb` is what git was asked to do, as `git` spells it. */
export function gitFailure(verb: string, end: GitEnd): Failure {
  switch (end.kind) {
    case "not-started":
      return notStarted(verb, end);
    case "exited":
      return exitedWithError(verb, end);
    case "killed":
      return {
        code: "BW712",
        message: `git ${verb} was ended by ${end.signal}${told(end.stderr)}`,
        why: "Something outside Breakwater ended the process, often the out-of-memory killer.",
        fix: "Free memory or lower max-parallel, then run the same command again; nothing was lost.",
      };
    case "timed-out":
      return {
        code: "BW713",
        message: `git ${verb} did not end within ${Math.round(end.afterMs / 1000)} s and was stopped`,
        why: "A slow or hanging disk, or a very large repository.",
        fix: "Check the disk, then run the same command again.",
      };
    case "too-much-output":
      return {
        code: "BW714",
        message: `git ${verb} printed more than ${end.maxBytes} bytes and was stopped`,
        why: "Output is bounded, so that one call cannot exhaust memory.",
        fix: "Look for generated files that should be ignored; one of them may be very large.",
      };
  }
  return unreachable(end);
}

function notStarted(verb: string, end: Extract<GitEnd, { kind: "not-started" }>): Failure {
  // Node reports a missing working directory with the same code as a missing program.
  if (end.missing && !existsSync(end.cwd))
    return {
      code: "BW722",
      message: `git ${verb} could not start: the folder ${end.cwd} is gone`,
      why: "Somebody deleted or moved it while it was in use.",
      fix: "Run the same command again; Breakwater makes what it needs anew.",
    };
  if (end.missing)
    return {
      code: "BW701",
      message: "git was not found on PATH",
      why: "Breakwater does all its work on repositories through the git program.",
      fix: "Install git 2.38 or newer and open a new terminal.",
    };
  return {
    code: "BW712",
    message: `git ${verb} could not start: ${end.reason}`,
    fix: "Check that git runs in a terminal of its own: git --version",
  };
}

function exitedWithError(verb: string, end: Extract<GitEnd, { kind: "exited" }>): Failure {
  if (isLockHeld(end.stderr))
    return {
      code: "BW715",
      message: `git ${verb} found a lock of another git process${told(end.stderr)}`,
      why: "Two git processes may not write the same index or ref at once; a crashed one leaves its lock.",
      fix: "Let the other git command end and try again; if none runs, delete the named .lock file.",
    };
  if (isOutOfSpace(end.stderr))
    return {
      code: "BW721",
      message: `git ${verb} ran out of disk space${told(end.stderr)}`,
      fix: "Free disk space (breakwater gc removes old workspaces) and run the same command again.",
    };
  if (isReadOnly(end.stderr))
    return {
      code: "BW720",
      message: `git ${verb} may not write where it has to${told(end.stderr)}`,
      fix: "Make the named folder writable, or choose another place with the key workspace-root.",
    };
  return {
    code: "BW712",
    message: `git ${verb} failed with exit code ${end.code}${told(end.stderr)}`,
    fix: "Run the same git command by hand to see more; git fsck tells whether the repository is sound.",
  };
}

function isLockHeld(stderr: string): boolean {
  return /Unable to create '.*\.lock': File exists|could not lock config file|cannot lock ref '[^']*': Unable to create/s.test(
    stderr,
  );
}

function isOutOfSpace(stderr: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(stderr);
}

function isReadOnly(stderr: string): boolean {
  return /Permission denied|Read-only file system|insufficient permission/.test(stderr);
}

/** The first lines of what git said, on one line: enough to act on, never a page. */
function told(stderr: string): string {
  const text = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("hint:"))
    .slice(0, 3)
    .join("; ");
  return text === "" ? "" : `: ${text.slice(0, 400)}`;
}
