import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, parseJson, type JsonObject } from "@breakwater/agents";
import { dispositionOf } from "@breakwater/core";
import {
  acts,
  claudeStep,
  codexStep,
  ends,
  modelScript,
  runs,
  scriptMark,
  type ActTurn,
  type ModelServer,
} from "@breakwater/testkit";
import { factsOf } from "./check-journal.ts";
import { LIVE_CLIENTS, playLive, type LiveClient, type LiveSession } from "./live-stage.ts";
import { equalTo, noneAmiss, type Check } from "./table.ts";

/*
 * Loops of the real Claude and the real Codex client are stopped while they turn, and the next attempt's
 * prompt names them, as the model got it: `npm run acceptance:spirals`. Exits with 1 when a check fails.
 */

/** A loop that an agent cannot leave by itself: what it does first, and then again and again. */
type Loop = {
  readonly pattern: string;
  readonly first?: readonly ActTurn[];
  readonly round: readonly ActTurn[];
};

const line = (value: number): string => `module.exports = ${value};`;
const turns = (path: string, from: number, to: number): ActTurn =>
  acts({ act: "edit", path, find: line(from), replace: line(to) });
const page = (from: number): ActTurn => acts(runs(`sed -n '${from},${from + 9}p' long.txt`));

/** The loops by the file that the agent is at; each is the pattern's smallest. */
const LOOPS: Readonly<Record<string, (file: string) => Loop>> = {
  paging: () => ({ pattern: "pagination-spiral", round: [1, 11, 21, 31, 21, 11].map(page) }),
  repeating: () => ({ pattern: "turn-key-repetition", round: [acts(runs("cat package.json"))] }),
  failing: (file) => ({
    pattern: "error-echo",
    first: [acts({ act: "read", path: file })],
    round: [acts({ act: "edit", path: file, find: "nowhere", replace: "here" })],
  }),
  alternating: () => ({
    pattern: "alternation",
    round: [acts(runs("cat package.json")), acts(runs("cat CLAUDE.md"))],
  }),
  reverting: (file) => ({
    pattern: "edit-revert",
    first: [acts({ act: "read", path: file })],
    round: [turns(file, 0, 1), turns(file, 1, 0)],
  }),
  retesting: (file) => ({
    pattern: "unchanged-failures",
    first: [acts({ act: "read", path: file })],
    round: Array.from({ length: 9 }, (_, at) => [
      turns(file, at, at + 1),
      acts(runs("node missing.js")),
    ]).flat(),
  }),
};

/** Turns that no limit of an attempt reaches. */
const MOST_ROUNDS = 12;

/** A patch that does not fit is turned down within Codex, which tells its host nothing of it. */
const failing: Readonly<Record<LiveClient, Partial<Loop>>> = {
  claude: {},
  codex: { first: [], round: [acts(runs("node missing.js"))] },
};

type Task = { readonly id: string; readonly client: LiveClient; readonly file: string; readonly loop: Loop };

const TASKS: readonly Task[] = LIVE_CLIENTS.flatMap((client, at) =>
  Object.entries(LOOPS).map(([name, loopIn], index) => {
    const file = `src/${client}-${name}.js`;
    const loop = { ...loopIn(file), ...(name === "failing" ? failing[client] : {}) };
    return { id: `T${at * Object.keys(LOOPS).length + index + 1}`, client, file, loop };
  }),
);

function planText(): string {
  const head =
    "---\nbreakwater: 1\ntitle: Loops\nsession: deep\nagents: { default: claude, max-parallel: 4 }\nagents-per-wave: 16\nisolation: worktree\n---\n\nChange small files.\n\n## Wave 1: Impl-Core";
  const tasks = TASKS.map(
    ({ id, client, file }) =>
      `### ${id} Change ${file}\n- scope: \`${file}\`, \`${file}on\`\n- agent: ${client}\n- verify: \`node --check ${file}\`\n- done when: \`${file}\` is valid\n\nChange \`${file}\`. ${scriptMark(id)}`,
  );
  return `${[head, ...tasks].join("\n\n")}\n`;
}

function play(server: ModelServer): void {
  for (const { id, client, file, loop } of TASKS) {
    const step = client === "claude" ? claudeStep : codexStep;
    const rounds = Array.from({ length: MOST_ROUNDS }, () => loop.round).flat();
    const whole = [acts({ act: "read", path: file }), turns(file, 0, 42)];
    server.play(
      id,
      modelScript([...(loop.first ?? []), ...rounds].map(step), [...whole, ends("changed")].map(step)),
    );
  }
  server.play("", () => claudeStep({ turn: "end", text: "STATUS: no-op — nothing to do" }));
}

function checksOf({ root, story, server, ended }: LiveSession): readonly Check[] {
  const events = readFileSync(join(root, ".orchestrator/metrics/events.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map(parseJson)
    .filter(isJsonObject);
  return [
    equalTo("exit code", ended.code, 0),
    ...TASKS.flatMap((task) => taskChecks(task, { story, server, events })),
  ];
}

type Seen = Pick<LiveSession, "story" | "server"> & { readonly events: readonly JsonObject[] };

function taskChecks({ id, client, loop }: Task, { story, server, events }: Seen): readonly Check[] {
  const of = `${client} ${loop.pattern}`;
  const report = factsOf(story, "attempt.exited").find(({ attempt }) => attempt === `${id}.1`)?.report;
  const ending = report?.ending;
  const line = events.find(({ agent, pattern }) => agent === `${id}.1` && pattern === loop.pattern);
  const told = factsOf(story, "attempt.stagnated")
    .filter(({ attempt }) => attempt === `${id}.1`)
    .map(({ detection, response }) => `${detection.pattern} ${response}`);
  const [first, next] = [...new Set(server.requestsOf(id).map(({ conversation }) => conversation))];
  const requests = server.requestsOf(id).filter(({ conversation }) => conversation === first).length;
  const prompt = server.requestsOf(id).find(({ conversation }) => conversation === next)?.userText ?? "";
  const state = [...story.state.tasks.values()].find((each) => each.task.id === id);
  const evidence = ending?.kind === "stuck" ? ending.evidence.replace(/ \(calls .*$/u, "") : "nothing";
  return [
    equalTo(
      `${of}: stopped live`,
      ending?.kind === "stuck" ? ending.pattern : (ending?.kind ?? "none"),
      loop.pattern,
    ),
    {
      name: `${of}: told first, then stopped`,
      passed:
        told.at(-1) === `${loop.pattern} stopped` && told.some((each) => / (?:nudged|not-told)$/u.test(each)),
      found: `${told.join(", ")}; ${requests} requests`,
    },
    equalTo(`${of}: stagnation_detected`, line?.["event"] === "stagnation_detected", true),
    noneAmiss(
      `${of}: the next prompt names it`,
      [loop.pattern, evidence].filter((text) => !prompt.includes(text)),
      evidence,
    ),
    equalTo(`${of}: the task is done`, (state && dispositionOf(story.state, state)?.kind) ?? "none", "done"),
  ];
}

const files = Object.fromEntries(TASKS.map(({ file }) => [file, "module.exports = 0;\n"]));
const long = `${Array.from({ length: 60 }, (_, at) => `line ${at + 1}`).join("\n")}\n`;
process.exitCode = (await playLive(async (stage) =>
  checksOf(
    await stage.run({ name: "spirals", plan: planText(), files: { ...files, "long.txt": long }, play }),
  ),
))
  ? 0
  : 1;
