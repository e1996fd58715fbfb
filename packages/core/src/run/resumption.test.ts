import { describe, expect, it } from "vitest";
import { explainTask } from "../projection/explain.ts";
import { taskId } from "../ids.ts";
import type { RecordedFact } from "./fact.ts";
import { playLines } from "./scenario/perform-line.test-support.ts";
import { readScript } from "./scenario/script.test-support.ts";

const HEAD = `# An interrupted attempt.
resuming yes
wave impl-core
task T1 write src/a/**
T1 converses s1
`;

describe("an attempt that goes on with a conversation", () => {
  it("gets a short prompt that says what happened and what remains, and not the brief again", () => {
    const facts = play(`T1.1 uses usd 0.5
T1.1 claims partial
T1.1 exits limit turns
go
run
`);
    const [first = "", second = ""] = promptsOf(facts);
    expect(second).toContain("its turns were used up");
    expect(second).toContain("> the other half");
    expect(second).toContain("It is now `/workspaces/T1.2`");
    expect(second).toContain("STATUS: done");
    expect(second).not.toContain("## Done when");
    expect(second).not.toContain("## Rules");
    expect(second.length).toBeLessThan(first.length);
  });

  it("is explained as a resumption by the rule that ordered it", () => {
    const facts = play(`T1.1 exits lost
go
run
`);
    const line = explainTask(facts, taskId("T1")).find(({ rule }) => rule === "resume:lost");
    expect(line?.text).toContain("resumes the agent's session s1 of T1.1");
  });

  it("counts what the attempts before have recorded of the cost, and nothing where they told none", () => {
    const started = (lines: string) =>
      play(lines).flatMap(({ fact }) =>
        fact.type === "command.issued" && fact.command.type === "start-agent" ? [fact.command] : [],
      );
    expect(started("T1.1 uses usd 0.5\nT1.1 exits lost\ngo\nrun\n")[1]).toMatchObject({
      resume: "s1",
      resumedUsd: 0.5,
    });
    expect(started("T1.1 exits lost\ngo\nrun\n")[1]).toMatchObject({ resume: "s1", resumedUsd: 0 });
  });
});

function play(lines: string): readonly RecordedFact[] {
  return playLines(readScript(`${HEAD}${lines}---\n`).lines).stage.facts;
}

function promptsOf(facts: readonly RecordedFact[]): readonly string[] {
  return facts.flatMap(({ fact }) =>
    fact.type === "command.issued" && fact.command.type === "start-agent" ? [fact.command.prompt] : [],
  );
}
