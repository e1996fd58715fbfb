import { type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";

const AGENTS =
  `claude claude-code codex gemini cursor-agent cursor opencode aider goose amp crush claude-flow claude-task-master task-master task-master-ai qwen copilot q kiro kiro-cli
  droid cline continue cn windsurf auggie plandex gptme open-interpreter interpreter sgpt llm mods ollama jules warp pi
  openhands devin roo kilocode kimi grok vibe letta breakwater happy ccr claude-squad ruflo`.split(/\s+/);
const QUIET = /^(?:--version|-v|-V|--help|-h|help|version)$/;

/** Other coding agents, and this program itself: an agent starts none and steers none. */
export const AGENT_PROGRAMS: readonly (readonly [string, Handler])[] = AGENTS.map(
  (name) => [name, startAgent] as const,
);

function startAgent(call: Call, shell: Shell): Stream {
  const reads =
    call.program === "breakwater" &&
    /^(?:status|why|explain|logs|plan|help)$/.test(call.args[0]?.text ?? "") &&
    call.args[1]?.text !== "approve";
  if ((!reads && !call.args.every((arg) => QUIET.test(arg.text))) || call.args.length === 0)
    deny(shell, "hook-tamper", `${call.program} would start or steer an agent`);
  return UNSEEN;
}
