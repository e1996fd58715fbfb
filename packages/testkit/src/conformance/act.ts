/** One tool call in the words of no client. Paths are relative to the workspace. */
export type AgentAct =
  | { readonly act: "write"; readonly path: string; readonly content: string }
  | { readonly act: "edit"; readonly path: string; readonly find: string; readonly replace: string }
  | { readonly act: "read"; readonly path: string }
  | { readonly act: "shell"; readonly command: string };

/** What the model of an agent answers to one request: calls, made at once, or its last message. */
export type ActTurn =
  | { readonly turn: "calls"; readonly acts: readonly AgentAct[] }
  | { readonly turn: "end"; readonly text: string }
  /** Waits before it answers, until the test releases the name. */
  | { readonly turn: "hold"; readonly name: string; readonly then: ActTurn };

export function acts(...list: readonly AgentAct[]): ActTurn {
  return { turn: "calls", acts: list };
}

export function writes(path: string, content = "written\n"): AgentAct {
  return { act: "write", path, content };
}

export function runs(command: string): AgentAct {
  return { act: "shell", command };
}

/** The last message, with the claim to be done. */
export function ends(summary = "finished"): ActTurn {
  return { turn: "end", text: `Nothing is left.\nSTATUS: done — ${summary}` };
}

export function holds(name: string, then: ActTurn): ActTurn {
  return { turn: "hold", name, then };
}
