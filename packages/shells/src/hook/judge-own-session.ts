import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HookProtocol, ToolIntent } from "@breakwater/agents";
import { grantOf } from "@breakwater/core";
import {
  type BlockedRule,
  FLOOR_RULES,
  type GuardPolicy,
  judgeToolCall,
  type Verdict,
} from "@breakwater/guard";
import { diskView } from "@breakwater/node";
import { readCommandPolicy } from "../door/project-policy.ts";
import type { HookAnswer } from "./frame.ts";
import { readHookPayload } from "./payload.ts";
import { type HookVerdict, renderAnswer } from "./render-answer.ts";
import { readWaveManifest, strayPath } from "./wave-manifest.ts";

/** Where a hook of a person's own session runs. */
export type OwnSession = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Whether the project's configuration gives leave for destructive commands; asked only before a denial. */
  readonly allowsDestructive: (root: string) => boolean | Promise<boolean>;
};

/**
 * Judges a call in a person's own session: the command policy over the floor that is always on, and while a
 * predecessor's wave runs, what its manifest asks for. Nothing else is judged. A payload that cannot be read
 * is denied, an empty one is not. A command policy that cannot be read leaves the floor, with a note.
 */
export async function judgeOwnSession(
  text: string,
  wanted: HookProtocol | "auto",
  session: OwnSession,
): Promise<HookAnswer> {
  const read = readHookPayload(text, wanted);
  switch (read.kind) {
    case "empty":
      return { exit: 0, stdout: "", stderr: "" };
    case "notice":
      return renderAnswer(read.protocol, { kind: "allow" });
    case "unreadable":
      return renderAnswer(read.protocol, {
        kind: "deny",
        reason: "The guard could not read this call, so it does not run.",
        forPerson: `Breakwater's hook: ${read.reason}.`,
      });
    case "call": {
      const root = projectRoot(session, read.directory);
      return renderAnswer(read.protocol, await judge(read.intent, root, session));
    }
  }
}

/** The project's folder: the host says it, else the nearest repository above the session's folder. */
export function projectRoot(
  { env, cwd }: Pick<OwnSession, "env" | "cwd">,
  directory: string | undefined,
): string {
  const said = ["CLAUDE_PROJECT_DIR", "CODEX_PROJECT_DIR", "CURSOR_PROJECT_DIR"]
    .map((name) => env[name])
    .find((value) => value?.startsWith("/"));
  if (said !== undefined) return said;
  const start = directory ?? cwd;
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

async function judge(intent: ToolIntent, root: string, session: OwnSession): Promise<HookVerdict> {
  const notes: string[] = [];
  const policy = await readCommandPolicy(root, FLOOR_RULES);
  if (!policy.ok) notes.push(`${policy.failure.code} ${policy.failure.message}; the built-in rules hold`);
  const verdict = askGuard(intent, policyOf(root, session, policy.ok ? policy.value : FLOOR_RULES));
  // Asked last, because reading a configuration costs more than the judgement.
  if (verdict.decision !== "allow" && !(await session.allowsDestructive(root))) return refusal(verdict);
  if (verdict.warning !== undefined) notes.push(`Breakwater: ${verdict.warning}`);
  const held = judgeManifest(intent, root, session);
  if (held?.kind === "deny") return held;
  if (held?.note !== undefined) notes.push(held.note);
  return notes.length === 0 ? { kind: "allow" } : { kind: "allow", note: notes.join("\n") };
}

/** What a predecessor's manifest says; `undefined` where there is none or it is off. */
function judgeManifest(intent: ToolIntent, root: string, session: OwnSession): HookVerdict | undefined {
  const manifest = readWaveManifest(root);
  if (manifest === undefined || manifest.enforcement === "off") return undefined;
  const path = strayPath(manifest, intent, root);
  const { blockedCommands: rules = [] } = manifest;
  const verdict = rules.length === 0 ? undefined : askGuard(intent, policyOf(root, session, rules));
  const refused =
    path !== undefined
      ? {
          reason: `${path.slice(0, 200)} is outside what the running wave may write. Work within its paths and report what else is needed.`,
          forPerson: `${path.slice(0, 200)} is outside the paths of wave-scope.json.`,
        }
      : verdict !== undefined && verdict.decision !== "allow"
        ? refusal(verdict)
        : undefined;
  if (refused === undefined) return { kind: "allow" };
  if (manifest.enforcement === "warn") return { kind: "allow", note: `Breakwater: ${refused.forPerson}` };
  return { kind: "deny", ...refused };
}

function refusal({ forAgent, forPerson }: Verdict): Extract<HookVerdict, { readonly kind: "deny" }> & {
  readonly forPerson: string;
} {
  return { kind: "deny", reason: forAgent, forPerson };
}

function askGuard({ tool, input, directory }: ToolIntent, policy: GuardPolicy): Verdict {
  const at = directory === undefined ? {} : { directory };
  return judgeToolCall({ tool, input, ...at }, { policy, view: diskView });
}

function policyOf(root: string, { env }: OwnSession, blockedCommands: readonly BlockedRule[]): GuardPolicy {
  return {
    root,
    main: root,
    home: homedir(),
    tmp: env["TMPDIR"] ?? tmpdir(),
    grant: grantOf({ kind: "write", globs: ["**"] }),
    enforcement: "strict",
    attended: true,
    actor: "main-session",
    blockedCommands,
    allowDestructive: false,
  };
}
