import { attemptId, commitId, taskId } from "@breakwater/core";
import type { CommitId } from "@breakwater/core";
import { commitBeside, createScratchRepository, scratchContext } from "@breakwater/testkit";
import type { ScratchChange, ScratchFiles, ScratchRepository } from "@breakwater/testkit";
import { afterEach, describe, expect, it } from "vitest";
import type { GitContext } from "../git/git-context.ts";
import { forecastConflicts } from "./forecast.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const task = taskId("A1");

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

describe("forecasting conflicts", () => {
  it("names only the siblings that would conflict, and where", async () => {
    const at = scene({ "a.txt": "1\n", "b.txt": "1\n", "c d.txt": "1\n" });
    const head = commitOn(at, at.base, { write: { "a.txt": "head\n", "c d.txt": "head\n" } });
    const clean = commitOn(at, at.base, { write: { "b.txt": "2\n" } });
    const clash = commitOn(at, at.base, { write: { "a.txt": "3\n", "c d.txt": "3\n" } });
    const siblings = [clean, clash, at.base, clash].map((commit, n) => ({
      attempt: attemptId(task, n + 1),
      commit,
    }));
    const forecast = await forecastConflicts({ context: at.context, head, siblings });
    const paths = ["a.txt", "c d.txt"];
    expect(forecast).toEqual({
      ok: true,
      value: [
        { attempt: "A1.2", paths },
        { attempt: "A1.4", paths },
      ],
    });
  });
});
