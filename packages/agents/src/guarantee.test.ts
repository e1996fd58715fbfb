import { describe, expect, it } from "vitest";
import { claudeRuntime } from "./claude/claude-runtime.ts";
import type { RuntimeProbe } from "./contract.ts";
import { GUARANTEES, guaranteesOf } from "./guarantee.ts";

const probe = (version: string): RuntimeProbe => ({
  found: true,
  version,
  problems: [],
  capabilities: {
    door: "hook",
    doorFailsClosed: false,
    continuesAfterDenial: true,
    steer: false,
    resume: false,
    usage: "tokens",
    liveUsage: false,
  },
});

describe("what an agent guarantees", () => {
  it("counts as measured on the version it was measured on, and as documented on any other", () => {
    const { measured } = claudeRuntime;
    const same = guaranteesOf(claudeRuntime, probe(measured?.version ?? ""));
    expect(same["fails-closed"].evidence).toBe("measured");
    const program = guaranteesOf(claudeRuntime, probe(measured?.programVersion ?? ""));
    expect(program["fails-closed"].evidence).toBe("measured");
    const other = guaranteesOf(claudeRuntime, probe("9.9.9"));
    expect(other["fails-closed"]).toMatchObject({ holds: "yes", evidence: "documented" });
    expect(other["fails-closed"].note).toContain(measured?.version);
  });

  it("is what the capabilities say where nothing was measured, and unknown where they say nothing", () => {
    const rows = guaranteesOf({}, probe("1"));
    expect(rows["pre-write-denial"]).toEqual({ holds: "yes", evidence: "documented" });
    expect(rows["fails-closed"].holds).toBe("no");
    expect(rows.cost.holds).toBe("no");
    expect(rows.fork).toEqual({ holds: "unknown", evidence: "unknown" });
    expect(Object.keys(rows)).toEqual([...GUARANTEES]);
  });
});
