/** Variables that coding agents set for the commands they run. */
const AGENT_VARIABLES = [
  "CLAUDECODE",
  "CLAUDE_CODE_CHILD_SESSION",
  "CODEX_SANDBOX",
  "CODEX_THREAD_ID",
  "CURSOR_AGENT",
  "CURSOR_TRACE_ID",
  "GEMINI_CLI",
  "OPENCODE",
] as const;

/** Whether a coding agent runs this command, so that nothing is painted and nothing asked. */
export function isInsideAgent(env: Readonly<Record<string, string | undefined>>): boolean {
  return AGENT_VARIABLES.some((name) => {
    const value = env[name];
    return value !== undefined && value !== "" && value !== "0";
  });
}
