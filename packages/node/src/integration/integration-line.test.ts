import { commitId, sessionId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { advanceIntegration, isIntegrationAt, openSessionRefs, readSessionRefs } from "./integration-line.ts";
import { refComponent } from "./ref-name.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const session = sessionId("main-2026-01-01-1000");

type Scene = {
  readonly repository: ScratchRepository;
  readonly context: GitContext;
  readonly base: CommitId;
};

function scene(files: ScratchFiles): Scene {
  const repository = createScratchRepository(files, "my project");
  opened.push(repository);
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  return { repository, context: scratchContext(repository), base };
}

function commitOn(at: Scene, from: string, change: ScratchChange): CommitId {
  return commitId(commitBeside(at.repository, from, change));
}

describe("the refs of a session", () => {
  it("open once, stay where they are when opened again, and list everything", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const next = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    await openSessionRefs(place, at.base);
    expect(await advanceIntegration(place, { from: at.base, to: next })).toEqual({
      ok: true,
      value: { moved: true },
    });
    const again = await openSessionRefs(place, at.base);
    expect(again.ok && [again.value.base, again.value.integration]).toEqual([at.base, next]);
    const read = await readSessionRefs(place);
    expect(read.ok && read.value.all).toHaveLength(2);
    expect(await isIntegrationAt(place, next)).toEqual({ ok: true, value: true });
  });

  it("move only from where the caller believes them to be, and say where they are instead", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const mine = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const theirs = commitOn(at, at.base, { write: { "c.txt": "c\n" } });
    expect(await advanceIntegration(place, { from: at.base, to: mine })).toEqual({
      ok: true,
      value: { moved: false },
    });
    await openSessionRefs(place, at.base);
    at.repository.git("update-ref", `refs/breakwater/${session}/integration`, theirs);
    const refused = await advanceIntegration(place, { from: at.base, to: mine });
    expect(refused).toEqual({ ok: true, value: { moved: false, found: theirs } });
    expect(at.repository.git("rev-parse", `refs/breakwater/${session}/integration`).trim()).toBe(theirs);
  });

  it("count a repeated move as done", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const to = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    await openSessionRefs(place, at.base);
    await advanceIntegration(place, { from: at.base, to });
    expect(await advanceIntegration(place, { from: at.base, to })).toEqual({
      ok: true,
      value: { moved: true },
    });
  });

  it("let exactly one of two racing moves win", async () => {
    const at = scene({ "a.txt": "a\n" });
    const place = { context: at.context, session };
    const one = commitOn(at, at.base, { write: { "b.txt": "b\n" } });
    const two = commitOn(at, at.base, { write: { "c.txt": "c\n" } });
    await openSessionRefs(place, at.base);
    const moves = await Promise.all([one, two].map((to) => advanceIntegration(place, { from: at.base, to })));
    // The loser either sees the winner or the winner's lock, and never moves anything.
    expect(moves.filter((move) => move.ok && move.value.moved)).toHaveLength(1);
  });

  it("have names that git accepts and that no two texts share", () => {
    const at = scene({ "a.txt": "a\n" });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(() =>
          at.repository.git("check-ref-format", `refs/breakwater/${refComponent(text)}/x`),
        ).not.toThrow();
      }),
      { numRuns: 8 },
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(refComponent(a) === refComponent(b)).toBe(a === b);
      }),
    );
  });
});
