import type { HookProtocol } from "@breakwater/agents";
import { answerHostAgent, type HookAnswer, judgeOwnSession } from "@breakwater/shells";

/**
 * Judges a call of a person's own session by this project's policy and configuration, and one of a subagent
 * that works for an attempt at that attempt's door.
 */
export async function answerOwnSession(
  payload: string,
  protocol: HookProtocol | "auto",
): Promise<HookAnswer> {
  const { env } = process;
  const cwd = process.cwd();
  const answer = await answerHostAgent(payload, protocol, { env, cwd });
  if (answer !== undefined) return answer;
  return judgeOwnSession(payload, protocol, {
    env,
    cwd,
    allowsDestructive: async (root) =>
      (await import("./destructive-leave.ts")).hasDestructiveLeave(root, env),
  });
}
