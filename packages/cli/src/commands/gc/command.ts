import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "gc",
  summary: "Remove folders and refs of old sessions",
  group: "care",
  options: [
    {
      name: "session",
      value: "ID",
      summary: "forget this session, whatever its age",
      repeat: true,
      complete: "none",
    },
    {
      name: "older-than",
      value: "DAYS",
      summary: "forget refs of closed sessions older than this (30)",
      atLeast: 0,
    },
    { name: "dry-run", summary: "only say what would go" },
  ],
  load: () => import("./run.ts"),
};
