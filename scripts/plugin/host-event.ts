/**
 * The events that each host dispatches hooks for. One unknown name makes Cursor drop its whole file, and every
 * host skips a name that it does not know, without a word; so a hook can only be registered for one of these.
 */
export const HOST_EVENTS = {
  claude: [
    "SessionStart",
    "SessionEnd",
    "UserPromptSubmit",
    "PreToolUse",
    "PermissionRequest",
    "PermissionDenied",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "Notification",
    "SubagentStart",
    "SubagentStop",
    "TaskCreated",
    "TaskCompleted",
    "Stop",
    "StopFailure",
    "PreCompact",
    "CwdChanged",
    "WorktreeCreate",
    "WorktreeRemove",
  ],
  codex: [
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    "PermissionRequest",
    "PostToolUse",
    "SubagentStop",
    "Stop",
  ],
  cursor: [
    "sessionStart",
    "sessionEnd",
    "preToolUse",
    "postToolUse",
    "postToolUseFailure",
    "subagentStart",
    "subagentStop",
    "beforeShellExecution",
    "afterShellExecution",
    "beforeMCPExecution",
    "afterMCPExecution",
    "beforeReadFile",
    "afterFileEdit",
    "beforeSubmitPrompt",
    "preCompact",
    "stop",
    "afterAgentResponse",
    "afterAgentThought",
    "beforeTabFileRead",
    "afterTabFileEdit",
  ],
} as const;

/** A host that has hooks. */
export type HookHost = keyof typeof HOST_EVENTS;

/** The name of an event of a host. */
export type HostEvent<Host extends HookHost> = (typeof HOST_EVENTS)[Host][number];
