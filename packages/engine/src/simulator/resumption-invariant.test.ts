import { attemptId, commitId, taskId, type AttemptId, type Fact, type RecordedFact } from "@breakwater/core";
import { beforeAll, describe, expect, it } from "vitest";
import { resumedRightly } from "./resumption-invariant.ts";
import { simulate } from "./simulate.ts";

/** A session in which an attempt went on with a conversation on files that were left. */
let sound: readonly RecordedFact[];
let resumed: Extract<Fact, { readonly type: "attempt.opened" }>;

beforeAll(async () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const { evidence, violations } = await simulate({ seed, crashes: 0, meddling: false });
    const found = evidence.facts.map(({ fact }) => fact).find(isResumedOnFiles);
    if (violations.length > 0 || found === undefined) continue;
    [sound, resumed] = [evidence.facts, found];
    return;
  }
});

function isResumedOnFiles(fact: Fact): fact is typeof resumed {
  return (
    fact.type === "attempt.opened" &&
    fact.correction?.resume !== undefined &&
    fact.correction.carry !== undefined
  );
}

describe("the promise about conversations", () => {
  it("holds for a sound session", () => {
    expect(resumedRightly(sound)).toBeUndefined();
  });

  it("is broken where the holder had not ended, had come to its own end, or had told no conversation", () => {
    const from = fromOf();
    expect(resumedRightly(without("attempt.exited", from))).toContain("somebody holds");
    expect(resumedRightly(without("attempt.progressed", from))).toContain("never told");
    const ended = sound.map((each) =>
      each.fact.type === "attempt.exited" && each.fact.attempt === from
        ? {
            ...each,
            fact: { ...each.fact, report: { ...each.fact.report, ending: { kind: "completed" as const } } },
          }
        : each,
    );
    expect(resumedRightly(ended)).toContain("own end");
  });

  it("is broken where the files, the task or the id is another, and where two go on with the same", () => {
    expect(resumedRightly(opened({ carry: commitId("elsewhere") }))).toContain("lacks the files");
    const stranger = attemptId(taskId("T99"), 1);
    expect(resumedRightly(opened({}, stranger))).toContain("another task");
    const again = sound.findIndex(({ fact }) => fact === resumed);
    const copy = sound[again];
    const twice = copy === undefined ? sound : [...sound.slice(0, again), copy, ...sound.slice(again)];
    expect(resumedRightly(twice)).toContain("went on already");
    const other = sound.map((each) =>
      each.fact.type === "command.issued" &&
      each.fact.command.type === "start-agent" &&
      each.fact.command.attempt === resumed.attempt
        ? { ...each, fact: { ...each.fact, command: { ...each.fact.command, resume: "c-other" } } }
        : each,
    );
    expect(resumedRightly(other)).toContain("not opened with");
  });
});

function fromOf(): AttemptId {
  return resumed.correction?.resume?.from ?? resumed.attempt;
}

function without(type: Fact["type"], attempt: AttemptId): readonly RecordedFact[] {
  return sound.filter(({ fact }) => fact.type !== type || !("attempt" in fact) || fact.attempt !== attempt);
}

/** The sound session with another correction, or another attempt, where the conversation is gone on with. */
function opened(
  change: { readonly carry?: ReturnType<typeof commitId> },
  attempt = resumed.attempt,
): readonly RecordedFact[] {
  const { correction } = resumed;
  if (correction === undefined) return sound;
  const fact = { ...resumed, attempt, correction: { ...correction, ...change } };
  return sound.map((each) => (each.fact === resumed ? { ...each, fact } : each));
}
