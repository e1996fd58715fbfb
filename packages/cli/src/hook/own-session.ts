import type { HookProtocol } from "@breakwater/agents";
import { type HookAnswer, judgeOwnSession } from "@breakwater/shells";

/** Judges a call of a person's own session by this project's policy and configuration. */
export function answerOwnSession(payload: string, protocol: HookProtocol | "auto"): Promise<HookAnswer> {
  const { env } = process;
  return judgeOwnSession(payload, protocol, {
    env,
    cwd: process.cwd(),
    allowsDestructive: async (root) =>
      (await import("./destructive-leave.ts")).hasDestructiveLeave(root, env),
  });
}
