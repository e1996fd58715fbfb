import { describe, expect, it } from "vitest";
import { runCaptured } from "../../captured-run.ts";

const COLUMNS = [
  "pre-write-denial",
  "fails-closed",
  "continues-after-denial",
  "turn-limit",
  "usage",
  "cost",
  "live-usage",
  "resume",
  "fork",
  "sandbox",
  "subagent-identity",
];

type Shown = {
  readonly name: string;
  readonly guarantees: Readonly<Record<string, { readonly holds: string; readonly evidence: string }>>;
};

describe("breakwater agents", () => {
  it("says of every agent that can be named what it guarantees and how that is known", async () => {
    const { stdout } = await runCaptured(["agents", "--json"]);
    const { agents }: { readonly agents: readonly Shown[] } = JSON.parse(stdout);
    const names = agents.map(({ name }) => name);
    for (const name of ["claude", "codex", "codex-exec", "cursor", "acp:gemini", "host", "scripted"])
      expect(names).toContain(name);
    for (const { guarantees } of agents) {
      expect(Object.keys(guarantees)).toEqual(COLUMNS);
      for (const { holds, evidence } of Object.values(guarantees))
        // What nobody measured or documented is never yes.
        expect(["yes", "no"].includes(holds)).toBe(["measured", "documented"].includes(evidence));
    }
    const page = (await runCaptured(["agents"])).stdout;
    for (const column of COLUMNS) expect(page).toMatch(new RegExp(`^${column} +(?:yes|no|unknown)`, "mu"));
  });

  it("says of the door by hooks of Codex that it does not fail closed", async () => {
    const { stdout } = await runCaptured(["agents", "--json"]);
    const { agents }: { readonly agents: readonly Shown[] } = JSON.parse(stdout);
    expect(agents.find(({ name }) => name === "codex-exec")?.guarantees["fails-closed"]?.holds).toBe("no");
  });
});
