import { costOf, dispositionOf, type AttemptEnding } from "@breakwater/core";
import type { ModelServer } from "@breakwater/testkit";
import { requestsOf, scopeOf, SMUGGLED, STRAY, unansweredOf, type ClientTask } from "./agents-plan.ts";
import { factsOf } from "./check-journal.ts";
import type { Story } from "./story.ts";
import type { Subject } from "./subject.ts";
import { equalTo, noneAmiss, type Check } from "./table.ts";

/** What the checks of a session of real clients look at besides its journal. */
export type ClientRun = {
  readonly subject: Subject;
  readonly server: ModelServer;
  readonly tasks: readonly ClientTask[];
};

export function adoptionChecks(dead: Story, story: Story): readonly Check[] {
  const since = story.facts.slice(dead.facts.length);
  const over = new Set(factsOf(dead, "attempt.exited").map(({ attempt }) => attempt));
  const running = factsOf(dead, "attempt.started").flatMap(({ attempt }) =>
    over.has(attempt) ? [] : [attempt],
  );
  const found = since.flatMap((fact) =>
    fact.type === "attempt.adopted" || fact.type === "attempt.exited" ? [fact.attempt] : [],
  );
  const again = since.flatMap((fact) => (fact.type === "attempt.started" ? [fact.attempt] : []));
  return [
    {
      name: "clients of two kinds ran when it died",
      passed: running.length >= 2,
      found: `${running.length} attempts`,
    },
    noneAmiss(
      "each was adopted or collected",
      running.filter((attempt) => !found.includes(attempt)),
      running.join(", "),
    ),
    noneAmiss(
      "none that had begun was begun again",
      again.filter((attempt) => running.includes(attempt) || over.has(attempt)),
    ),
  ];
}

/** Each attempt ended as it had to; what was interrupted went on with its conversation by its session. */
export function endingChecks({ tasks }: ClientRun, story: Story): readonly Check[] {
  const proven = story.state.session?.agents ?? [];
  const exits = factsOf(story, "attempt.exited");
  const sessionOf = (id: string): string | undefined =>
    exits.find(({ attempt }) => attempt === id)?.report.runtimeSession;
  const broken = tasks.filter(({ endings }) => endings.length > 1);
  return [
    noneAmiss(
      "the door of each client was proven before",
      [...new Set(tasks.map(({ agent }) => agent))].filter(
        (agent) => proven.find(({ name }) => name === agent)?.door.outcome !== "denied",
      ),
      proven.map(({ name }) => name).join(", "),
    ),
    ...tasks.map(({ id, agent, endings }) =>
      equalTo(
        `${id} by ${agent} ended`,
        exits
          .filter(({ attempt }) => attempt.startsWith(`${id}.`))
          .map(({ report }) => endingText(report.ending))
          .join(", "),
        endings.join(", "),
      ),
    ),
    noneAmiss(
      "what was interrupted went on by its session",
      broken.map(({ id }) => id).filter((id) => (sessionOf(`${id}.1`) ?? "none") !== sessionOf(`${id}.2`)),
      broken.map(({ id }) => id).join(", "),
    ),
  ];
}

function endingText(ending: AttemptEnding): string {
  if (ending.kind === "limit") return `limit ${ending.limit}`;
  return ending.kind === "error" ? `error ${ending.class}` : ending.kind;
}

export function landingChecks({ subject, tasks }: ClientRun, story: Story): readonly Check[] {
  const open = [...story.state.tasks.values()].flatMap((each) => {
    const kind = dispositionOf(story.state, each)?.kind ?? "open";
    return kind === "done" || kind === "no-op" ? [] : [`${each.task.id} is ${kind}`];
  });
  const { git, base } = subject;
  const changed = git("diff", "--name-only", "--no-renames", base, String(story.state.integration.head))
    .trim()
    .split("\n");
  const planned = [...new Set(tasks.flatMap(scopeOf))];
  const odd = [
    ...changed.filter((path) => !planned.includes(path)),
    ...planned.filter((path) => !changed.includes(path)).map((path) => `not ${path}`),
  ];
  return [
    noneAmiss("every task is done", open, `${story.state.tasks.size} tasks`),
    noneAmiss("the tree has what was planned and nothing else", odd, `${changed.length} files`),
  ];
}

/** Denied at the door of each client; and the redirect behind it came nowhere. */
export function doorChecks({ subject, tasks }: ClientRun, story: Story): readonly Check[] {
  const denials = factsOf(story, "scope.denied");
  const strays = tasks.filter(({ strays: does }) => does === true);
  const undenied = strays.filter(
    ({ id }) =>
      !denials.some(
        ({ attempt, path, allowed }) => attempt.startsWith(`${id}.`) && path === STRAY && !allowed,
      ),
  );
  const head = String(story.state.integration.head);
  const kept = [STRAY, SMUGGLED].filter(
    (path) => existsAt(subject, head, path) !== existsAt(subject, subject.base, path),
  );
  const rules = denials
    .filter(({ path }) => path !== STRAY)
    .map(({ attempt, path, rule }) => `${attempt} ${path} ${rule}`);
  return [
    noneAmiss(
      "each stray write was denied at the client's own door",
      undenied.map(({ id }) => id),
      strays.map(({ id, agent }) => `${id} ${agent}`).join(", "),
    ),
    noneAmiss(
      "no redirect came into the tree",
      kept,
      rules.length === 0 ? "none tried it past the door or the wall held it" : [...new Set(rules)].join("; "),
    ),
  ];
}

function existsAt({ git }: Subject, commit: string, path: string): string {
  return git("ls-tree", commit, "--", path).trim();
}

/** Every request is counted where it was paid for, and what the reports say adds up to it. */
export function countChecks({ server, tasks }: ClientRun, story: Story): readonly Check[] {
  const reports = factsOf(story, "attempt.exited");
  const inputOf = (id: string): number =>
    reports
      .filter(({ attempt }) => attempt.startsWith(`${id}.`))
      .reduce((sum, { report }) => sum + (report.usage.inputTokens ?? 0), 0);
  const askedTwice = tasks.flatMap((task) => {
    const requests = server.requestsOf(task.id);
    const conversations = new Set(requests.map(({ conversation }) => conversation)).size;
    const wanted = requestsOf(task);
    // One more after each report is Claude Code's own doing.
    const most = wanted + (task.agent === "claude" ? task.endings.length : 0);
    const paid = requests.length >= wanted && requests.length <= most;
    if (paid && conversations === 1) return [];
    return [`${task.id}: ${requests.length} requests in ${conversations} conversations, wanted ${wanted}`];
  });
  const rows = tasks.map((task) => {
    const answers = server.requestsOf(task.id).length - unansweredOf(task);
    return { id: task.id, answers, input: inputOf(task.id) };
  });
  const usd = reports.reduce((sum, { report }) => sum + (report.usage.usd ?? 0), 0);
  return [
    noneAmiss("each task asked once for each of its turns", askedTwice, `${server.requests.length} requests`),
    {
      name: "the simplification that the engine adds asked its own model",
      passed: [1, 2].includes(server.requestsOf("").length),
      found: `${server.requestsOf("").length} requests`,
    },
    noneAmiss(
      "tokens add up to the requests that were answered",
      rows
        .filter(({ input, answers }) => input !== answers * 1_000)
        .map(({ id, input, answers }) => `${id}: ${input} tokens, ${answers} answers`),
      `${rows.reduce((sum, { input }) => sum + input, 0)} input tokens`,
    ),
    equalTo(
      "money adds up to what the session shows",
      costOf(story.state).reportedUsd?.toFixed(6) ?? "none",
      usd.toFixed(6),
    ),
  ];
}
