import { grantOf } from "@breakwater/core";
import { emptyFileView, judgeToolCall, type GuardContext, type ToolCall } from "@breakwater/guard";

/** A call whose judgement is known: the guard that judges it otherwise does not work. */
type Probe = { readonly name: string; readonly call: ToolCall; readonly wanted: "allow" | "deny" };

const PROBES: readonly Probe[] = [
  {
    name: "a write out of scope",
    call: { tool: "Write", input: { file_path: "/w/other/x.ts", content: "x" } },
    wanted: "deny",
  },
  {
    name: "a write out of the workspace by a way up",
    call: { tool: "Edit", input: { file_path: "/w/src/../../etc/x", old_string: "a", new_string: "b" } },
    wanted: "deny",
  },
  {
    name: "a shell that writes out of scope",
    call: { tool: "Bash", input: { command: "echo x > other/x.ts" } },
    wanted: "deny",
  },
  { name: "a push", call: { tool: "Bash", input: { command: "git push origin main" } }, wanted: "deny" },
  {
    name: "a write in scope",
    call: { tool: "Write", input: { file_path: "/w/src/x.ts", content: "x" } },
    wanted: "allow",
  },
];

const CONTEXT: GuardContext = {
  policy: {
    root: "/w",
    main: "/checkout",
    home: "/home/a",
    tmp: "/scratch",
    grant: grantOf({ kind: "write", globs: ["src/**"] }),
    enforcement: "strict",
    attended: false,
    actor: "agent",
    blockedCommands: [],
    allowDestructive: false,
  },
  view: emptyFileView,
};

/** What the guard judges wrongly, by name; nothing where it works. Never throws. */
export function guardFaults(judge: typeof judgeToolCall = judgeToolCall): readonly string[] {
  return PROBES.flatMap(({ name, call, wanted }) => {
    try {
      const { decision } = judge(call, CONTEXT);
      return decision === wanted ? [] : [`${name} got ${decision}`];
    } catch {
      return [`${name} could not be judged`];
    }
  });
}
