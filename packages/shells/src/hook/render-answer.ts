import type { HookProtocol } from "@breakwater/agents";
import type { HookAnswer } from "./frame.ts";

/** What came of a call, as a hook tells it. `note` is for the person and stops nothing. */
export type HookVerdict =
  | { readonly kind: "allow"; readonly note?: string }
  | { readonly kind: "deny"; readonly reason: string; readonly forPerson?: string };

const MOST_REASON = 4_000;

/**
 * A verdict in the dialect of a client. A call that is let through is never granted by it: where the dialect
 * can, the hook stays silent, and the client's own rules still apply.
 */
export function renderAnswer(protocol: HookProtocol, verdict: HookVerdict): HookAnswer {
  return verdict.kind === "allow" ? allowed(protocol, verdict.note) : denied(protocol, verdict);
}

function allowed(protocol: HookProtocol, note: string | undefined): HookAnswer {
  const stderr = note === undefined ? "" : `${note.slice(0, MOST_REASON)}\n`;
  // Cursor takes an answer without a permission for a broken hook.
  if (protocol === "cursor") return { exit: 0, stdout: line({ permission: "allow" }), stderr };
  if (protocol === "exit-2" || note === undefined) return { exit: 0, stdout: "", stderr };
  return { exit: 0, stdout: line({ systemMessage: note.slice(0, MOST_REASON) }), stderr };
}

function denied(
  protocol: HookProtocol,
  verdict: Extract<HookVerdict, { readonly kind: "deny" }>,
): HookAnswer {
  const reason = verdict.reason.slice(0, MOST_REASON);
  const forPerson = (verdict.forPerson ?? verdict.reason).slice(0, MOST_REASON);
  switch (protocol) {
    case "claude":
    case "codex": {
      const hookSpecificOutput = {
        hookEventName: "PreToolUse",
        permissionDecision: "deny",
        permissionDecisionReason: reason,
      };
      return { exit: 0, stdout: line({ hookSpecificOutput, systemMessage: forPerson }), stderr: "" };
    }
    case "cursor":
      return {
        exit: 0,
        stdout: line({ permission: "deny", user_message: forPerson, agent_message: reason }),
        stderr: "",
      };
    case "exit-2":
      // A host that reads only stderr shall know the reason too.
      return { exit: 2, stdout: line({ permissionDecision: "deny", reason }), stderr: `${reason}\n` };
  }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
