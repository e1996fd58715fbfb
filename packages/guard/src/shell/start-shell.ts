import { runProgram } from "../program/run-program.ts";
import type { GuardContext } from "../policy.ts";
import { runBody, runScriptNode, runText } from "./run-script.ts";
import type { Shell } from "./shell.ts";

/** A fresh shell in a directory, with nothing set and nothing found yet. */
export function startShell(context: GuardContext, directory: string): Shell {
  return {
    policy: context.policy,
    view: context.view,
    depth: 0,
    state: {
      variables: new Map(),
      arrays: new Map(),
      aliases: new Map(),
      functions: new Map(),
      files: new Map(),
      positional: undefined,
      directory,
      branching: 0,
    },
    trace: {
      findings: [],
      executed: [],
      queries: [],
      calling: new Set(),
      recursionCount: new Map(),
      tainted: undefined,
      steps: 0,
    },
    run: runText,
    follow: runScriptNode,
    call: runBody,
    exec: runProgram,
  };
}
