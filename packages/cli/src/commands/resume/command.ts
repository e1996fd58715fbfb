import type { CommandSpec } from "../../command-spec.ts";

export const command: CommandSpec = {
  name: "resume",
  summary: "Go on with a session that was interrupted, killed, paused or parked",
  group: "run",
  arguments: [
    {
      name: "session",
      summary: "the beginning of a session id; the newest one",
      optional: true,
      complete: "none",
    },
  ],
  options: [
    { name: "scripts", value: "DIR", summary: "scripts for the scripted agent", complete: "folder" },
    { name: "force", summary: "take over from a holder on another machine that you know to be gone" },
  ],
  load: () => import("./run.ts"),
};
