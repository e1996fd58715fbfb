import { grantOf } from "@breakwater/core";
import type { FileKind, FileView } from "./file-view.ts";
import { judgeToolCall } from "./judge-tool-call.ts";
import type { GuardPolicy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

/** A disk in memory, for tests: entries by absolute path. A text is the target of a link. */
export function viewOf(
  entries: Readonly<Record<string, FileKind | { readonly link: string } | { readonly names: number }>>,
): FileView {
  const found = new Map(Object.entries(entries));
  return {
    kind: (path) => {
      const entry = found.get(path);
      if (typeof entry === "string") return entry;
      if (entry !== undefined) return "link" in entry ? "link" : "file";
      return [...found.keys()].some((each) => each.startsWith(`${path}/`)) ? "directory" : "missing";
    },
    linkTarget: (path) => {
      const entry = found.get(path);
      return typeof entry === "object" && "link" in entry ? entry.link : undefined;
    },
    linkCount: (path) => {
      const entry = found.get(path);
      return typeof entry === "object" && "names" in entry ? entry.names : 1;
    },
  };
}

/** The policy that tests start from: `/w` is the workspace, `src/api` and `tests/api` may be written. */
export function policyOf(change: Partial<GuardPolicy> = {}): GuardPolicy {
  return {
    root: "/w",
    main: "/main",
    home: "/home/u",
    tmp: "/tmp/agent",
    grant: grantOf({ kind: "write", globs: ["src/api/**", "tests/api/**"] }),
    enforcement: "strict",
    attended: true,
    actor: "agent",
    blockedCommands: [],
    allowDestructive: false,
    ...change,
  };
}

/** A disk with a file in scope, one outside, a package file and the folders of a build. */
export const plainView: FileView = viewOf({
  "/w/src/api/a.ts": "file",
  "/w/src/web/b.ts": "file",
  "/w/package.json": "file",
  "/w/node_modules/x/i.js": "file",
  "/tmp/agent": "directory",
});

/** Judges a command of an agent. */
export function judged(
  command: string,
  change: Partial<GuardPolicy> = {},
  view: FileView = plainView,
): Verdict {
  return judgeToolCall({ tool: "Bash", input: { command } }, { policy: policyOf(change), view });
}

/** Judges a write by a file tool. */
export function written(
  path: unknown,
  change: Partial<GuardPolicy> = {},
  view: FileView = plainView,
): Verdict {
  return judgeToolCall(
    { tool: "Write", input: { file_path: path, content: "x" } },
    { policy: policyOf(change), view },
  );
}
