import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "go",
  summary: "Run an agreed plan: waves of agents, audited merges, gates",
  group: "start",
  arguments: [{ name: "plan", summary: "the plan file", complete: "file" }],
  options: [
    {
      name: "approve",
      value: "HASH",
      summary: "agree to exactly this plan; its hash is in `plan show`",
      complete: "none",
    },
    { name: "yes", summary: "agree to the plan as it is" },
    {
      name: "focus",
      value: "TEXT",
      summary: "what matters most, handed to every agent word for word",
      complete: "none",
    },
    { name: "allow-dirty", summary: "start from HEAD although the checkout has uncommitted changes" },
    {
      name: "accept-red",
      value: "GATE",
      summary: "this gate is known to be red and shall not block",
      repeat: true,
      complete: "none",
    },
    { name: "accept-unguarded", summary: "start although the guard of tool calls does not work here" },
    { name: "unattended", summary: "nobody answers: questions take their default at their deadline" },
    {
      name: "decision-timeout",
      value: "SECONDS",
      summary: "how long a question waits when nobody attends (600)",
      atLeast: 0,
    },
    { name: "scripts", value: "DIR", summary: "scripts for the scripted agent", complete: "folder" },
    { name: "force", summary: "take over from a holder on another machine that you know to be gone" },
  ],
  examples: [
    { line: "breakwater go plan.md", note: "shows the plan and asks" },
    { line: "breakwater go plan.md --approve 9c1e2f --unattended", note: "in a script" },
  ],
  load: () => import("./run.ts"),
};
