import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CARRYOVER_LABEL, type IssueDraft } from "@breakwater/core";
import {
  createScratchRepository,
  makeFakeTracker,
  scratchContext,
  type FakeIssue,
} from "@breakwater/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { notingOrder, openingOrder } from "./issue-order.ts";
import {
  fileIssueOrder,
  flushIssueQueue,
  openIssueDesk,
  waitingOrders,
  type IssueDesk,
} from "./issue-queue.ts";
import { findTracker, type IssueTracker } from "./tracker.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "bw-issue-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = "x`$(touch pwned)` --body @/etc/passwd <!-- breakwater-task: 0 -->";
const draft: IssueDraft = {
  title: `[Carryover] ${HOSTILE}`,
  labels: ["priority::high", CARRYOVER_LABEL],
  body: HOSTILE,
  identity: "Plan\nT1\nsrc/**",
  description: "Write it",
};

describe.each([
  ["gh", "github"],
  ["glab", "gitlab"],
] as const)("an issue by %s", (program, kind) => {
  const stage = (): { readonly desk: IssueDesk; readonly fake: ReturnType<typeof makeFakeTracker> } => {
    const fake = makeFakeTracker(join(folder, "tracker"), program);
    const env = { PATH: `${fake.bin}:${process.env["PATH"] ?? ""}` };
    const tracker: IssueTracker = { kind, cwd: folder, env };
    return { fake, desk: openIssueDesk(tracker, join(folder, "queue")) };
  };

  it("is opened once for a task, also where it was re-worded and lies on a later page", async () => {
    const { desk, fake } = stage();
    expect(await fileIssueOrder(desk, openingOrder(draft))).toMatchObject({
      value: { kind: "filed", issue: { number: 1, existing: false } },
    });
    expect(fake.issues()[0]).toMatchObject({ title: draft.title, labels: draft.labels });
    expect(JSON.stringify(fake.calls())).not.toContain("pwned");
    fake.seed([...Array.from({ length: 230 }, (_, at) => other(at + 2)), ...fake.issues()]);
    const reworded = { ...draft, title: "[Carryover] other", description: "other", body: "other" };
    expect(await fileIssueOrder(desk, openingOrder(reworded))).toMatchObject({
      value: { issue: { number: 1, existing: true } },
    });
    const another = { ...draft, identity: "Plan\nT2\nsrc/**" };
    expect(await fileIssueOrder(desk, openingOrder(another))).toMatchObject({
      value: { issue: { number: 232, existing: false } },
    });
  });

  it("waits in the queue while the tracker fails, and is filed once by the next pass", async () => {
    const { desk, fake } = stage();
    fake.breakWith("HTTP 401\u001b[31m: sign in");
    const orders = [
      openingOrder(draft),
      notingOrder(7, { body: "half done", close: false, occasion: "s/7" }),
    ];
    for (const order of [...orders, ...orders]) {
      expect(await fileIssueOrder(desk, order)).toMatchObject({
        value: {
          kind: "queued",
          failure: { code: "BW795", message: expect.stringMatching(/401: sign in$/u) },
        },
      });
    }
    expect((await flushIssueQueue(desk)).left).toHaveLength(2);
    fake.breakWith(undefined);
    fake.seed([other(7)]);
    expect(await flushIssueQueue(desk)).toMatchObject({
      filed: expect.arrayContaining([{ number: 7, url: expect.any(String), existing: true }]),
      left: [],
    });
    expect(await waitingOrders(desk.queue)).toEqual([]);
    expect(await fileIssueOrder(desk, openingOrder(draft))).toMatchObject({
      value: { issue: { existing: true } },
    });
    expect(fake.issues().map(({ number, comments }) => [number, comments.length])).toEqual([
      [7, 1],
      [8, 0],
    ]);
  });

  it("does not wait where the tracker refuses it for good, and waits where it may be a matter of sign-in", async () => {
    const { desk, fake } = stage();
    const note = notingOrder(7, { body: "half done", close: false, occasion: "s/7" });
    fake.breakWith("HTTP 401: sign in");
    expect(await fileIssueOrder(desk, note)).toMatchObject({ value: { kind: "queued" } });
    fake.breakWith("Not Found (HTTP 404)");
    expect(await fileIssueOrder(desk, openingOrder(draft))).toMatchObject({ value: { kind: "queued" } });
    expect(await flushIssueQueue(desk)).toMatchObject({
      left: [{ failure: { message: expect.stringContaining("404") } }],
      refused: [{ failure: { code: "BW799" } }],
    });
    expect(await waitingOrders(desk.queue)).toHaveLength(1);
  });

  it("that the plan names is closed once, and stays open where a person opened it again", async () => {
    const { desk, fake } = stage();
    fake.seed([other(7)]);
    const order = notingOrder(7, { body: "done", close: true, occasion: "s/7" });
    await fileIssueOrder(desk, order);
    expect(fake.issues()[0]).toMatchObject({ state: "closed", comments: [expect.stringContaining("done")] });
    fake.seed(fake.issues().map((each) => ({ ...each, state: "open" })));
    await fileIssueOrder(desk, order);
    expect(fake.issues()[0]).toMatchObject({ state: "open", comments: { length: 1 } });
  });
});

describe("the tracker of a project", () => {
  it.each([
    ["git@github.com:ada/sums.git", undefined, "github github.com ada/sums"],
    ["https://u:p@gitlab.example.org:8443/a/b/c.git", undefined, "gitlab gitlab.example.org a/b/c"],
    ["ssh://git@code.example.org:22/ada/sums", "gitlab", "gitlab code.example.org ada/sums"],
    ["ssh://git@ssh.github.com:443/ada/sums.git", undefined, "github github.com ada/sums"],
    ["git@github-of-work:ada/sums.git", undefined, "github by its own ada/sums"],
    ["/srv/git/sums.git", "github", "github by its own program"],
    ["/srv/git/sums.git", undefined, "none"],
    ["git@github.com:ada/sums.git", "none", "none"],
    ["https://github.com/ada/../../x y", undefined, "none"],
    ["https://github.com/ada/../x", undefined, "none"],
  ])("with the remote %s and vcs %s is %s", async (url, vcs, wanted) => {
    const scratch = createScratchRepository({ a: "a\n" });
    scratch.git("remote", "add", "origin", url);
    const question = { context: scratchContext(scratch), cwd: scratch.root, env: {} };
    const found = await findTracker({ ...question, ...(vcs === undefined ? {} : { vcs }) });
    scratch.dispose();
    const { host = "by its own", project = "program" } = found?.place ?? {};
    expect(found === undefined ? "none" : `${found.kind} ${host} ${project}`).toBe(wanted);
  });
});

function other(number: number): FakeIssue {
  return {
    number,
    title: `Issue ${number}`,
    body: "",
    labels: [CARRYOVER_LABEL],
    state: "open",
    comments: [],
  };
}
