import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPastSessions } from "./past-session.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "past-session-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = {
  session_id: "s1",
  session_type: "feature",
  total_agents: 4,
  effectiveness: { planned_issues: 3 },
};

describe("The records of past sessions", () => {
  it("are none where there is no file", async () => {
    expect(await readPastSessions(join(folder, "sessions.jsonl"))).toEqual([]);
  });

  it("count once for each session, by the last line, and bad lines are left out", async () => {
    const file = join(folder, "sessions.jsonl");
    const usage = { usd_per_agent: 0.5, minutes_per_agent: 7 };
    const lines = [
      JSON.stringify(record),
      "{ torn",
      JSON.stringify({ ...record, session_id: "s2", total_agents: -1 }),
      JSON.stringify({ ...record, session_id: "s3", session_type: "party" }),
      JSON.stringify({ ...record, usage }),
    ];
    writeFileSync(file, `${lines.join("\n")}\n`);
    expect(await readPastSessions(file)).toEqual([
      { type: "feature", tasks: 3, attempts: 4, usdPerAttempt: 0.5, minutesPerAttempt: 7 },
    ]);
  });
});
