import type { AttemptId } from "../ids.ts";
import type { RecordedFact } from "../run/fact.ts";
import { isSessionRun, isWaived, verdictOfRecord } from "../run/gate-record.ts";
import type { AttemptState, GateRecord, RunState } from "../run/state.ts";
import { boardOf, type Board } from "./board.ts";
import { costText } from "./cost.ts";
import { countsText, purposeText } from "./describe-judgement.ts";
import { exitCodeOf } from "./exit-code.ts";
import { exitText } from "./gate-row.ts";
import { code, strong, type Block, type Line } from "./report-block.ts";
import { clock, isoTime, span } from "./time.ts";
import { wallLog, type Layer } from "./wall-log.ts";

type Session = NonNullable<RunState["session"]>;

/** Title, what was agreed by whom, and the figures with their source. */
export function headBlocks(state: RunState, session: Session): readonly Block[] {
  const board = boardOf(state, state.now);
  const exit = exitCodeOf(state);
  const { schedule, base, approved } = session;
  const agreed: Line =
    approved === undefined
      ? [strong("not approved")]
      : [`approved by ${approved.by} at ${isoTime(approved.at)}`];
  return [
    { kind: "heading", level: 1, line: [`${schedule.title} - ${board.status}`] },
    {
      kind: "paragraph",
      line: [
        "Session ",
        code(session.id),
        ", plan ",
        code(schedule.hash.slice(0, 12)),
        ", ",
        ...agreed,
        ". Base ",
        code(base.commit.slice(0, 12)),
        " of ",
        code(base.branch),
        ", result ",
        code(state.integration.head.slice(0, 12)),
        ".",
      ],
    },
    {
      kind: "table",
      head: ["What", "Figure", "Source"],
      rows: figureRows(board, `${exit.code} ${exit.reason}`),
    },
  ];
}

function figureRows(board: Board, exit: string): readonly (readonly Line[])[] {
  const { counts, cost, scope } = board;
  const finished = counts.states.done;
  const tokens = (value: number | undefined): string => (value === undefined ? "unknown" : String(value));
  return [
    [["Outcome"], [`exit ${exit}`], ["derived"]],
    [
      ["Tasks"],
      [
        `${finished} of ${counts.planned} done, ${counts.started} started, ${counts.failedToStart} failed to start, ${counts.notStarted} not started, ${counts.added} added`,
      ],
      ["measured"],
    ],
    [["Time"], [clock(board.elapsedMs)], ["measured"]],
    [["Turns, tool calls"], [`${cost.turns}, ${cost.toolCalls}`], ["measured"]],
    [
      ["Tokens in, out"],
      [`${tokens(cost.inputTokens)}, ${tokens(cost.outputTokens)}`],
      [cost.inputTokens === undefined ? "unknown" : "reported by the runtimes"],
    ],
    [["Money"], [costText(cost)], [cost.reportedUsd === undefined ? "unknown" : "reported by the runtimes"]],
    [
      ["Out of scope"],
      [
        `${scope.denied} denied, ${scope.letThrough} let through at the door, ${scope.held} held at the audit, `,
        strong(`${scope.escapes} escaped`),
      ],
      ["measured"],
    ],
  ];
}

/** Every gate on the merged line: its baseline and its newest run, with tree, command and exit. */
export function gateBlocks(state: RunState): readonly Block[] {
  const runs = state.gates.filter(isSessionRun);
  const head: Block = { kind: "heading", level: 2, line: ["Gates"] };
  if (runs.length === 0) return [head, { kind: "paragraph", line: ["No gate ran."] }];
  const rows = runs.map((record): readonly Line[] => gateRow(state, record));
  return [
    head,
    { kind: "table", head: ["Gate", "When", "Verdict", "Exit", "Counts", "Tree", "Command", "Time"], rows },
  ];
}

function gateRow(state: RunState, record: GateRecord): readonly Line[] {
  const { report, run } = record;
  const verdict = verdictOfRecord(state, record);
  const waived =
    isWaived(state, run.gate, run.commit) && verdict.kind !== "green" ? " (accepted by a person)" : "";
  const word = verdict.kind === "green" ? verdict.kind : strong(verdict.kind);
  const names: Line =
    verdict.kind === "red" && verdict.newFailures.length > 0
      ? [" ", code(verdict.newFailures.slice(0, 10).join(", "))]
      : [];
  const reason: Line = verdict.kind === "unknown" ? [" ", code(verdict.reason)] : [];
  return [
    [code(run.gate)],
    [purposeText(run.purpose)],
    [word, waived, report.flaky ? " (flaky)" : "", ...names, ...reason],
    [exitText(report)],
    [countsText(report.counts) || "not counted"],
    [code(report.tree.slice(0, 12))],
    [code(report.command)],
    [report.lookedUp ? "looked up" : span(report.durationMs)],
  ];
}

const LAYERS: Readonly<Record<Layer, string>> = {
  door: "the agent's door",
  wall: "the wall of the operating system",
  audit: "the merge audit",
};

/** Which wall held each piece of content out of scope. */
export function scopeBlocks(state: RunState, facts: readonly RecordedFact[]): readonly Block[] {
  const entries = wallLog(facts);
  const opened = state.session?.openedAt ?? 0;
  const head: Block = { kind: "heading", level: 2, line: ["Scope log"] };
  const walls: Block = { kind: "list", items: standingWalls(state) };
  if (entries.length === 0)
    return [head, walls, { kind: "paragraph", line: ["Nothing out of scope was met."] }];
  const shown = entries.slice(0, 200);
  const rows = shown.map((entry): readonly Line[] => [
    [clock(entry.at - opened)],
    [code(entry.attempt)],
    [code(entry.path)],
    [code(entry.tool)],
    [LAYERS[entry.layer]],
    [
      entry.result === "let through" ? strong(entry.result) : entry.result,
      " by ",
      code(entry.rule),
      ...(entry.why === undefined ? [] : [": ", code(entry.why)]),
    ],
    [`fact ${entry.fact}`],
  ]);
  const rest = entries.length - shown.length;
  return [
    head,
    walls,
    { kind: "table", head: ["Time", "Attempt", "Path", "Tool", "Held by", "Result", "Fact"], rows },
    ...(rest === 0 ? [] : [{ kind: "paragraph" as const, line: [`${rest} more are in the journal.`] }]),
  ];
}

/** The wall that stood around each attempt, with what it let through on purpose; like ones in one line. */
function standingWalls(state: RunState): readonly Line[] {
  const kinds = new Map<string, { readonly ids: readonly AttemptId[]; readonly stood: Line }>();
  for (const attempt of state.attempts.values()) {
    const stood = wallLine(attempt);
    if (stood === undefined) continue;
    const key = JSON.stringify(stood);
    kinds.set(key, { ids: [...(kinds.get(key)?.ids ?? []), attempt.id], stood });
  }
  const lines = [...kinds.values()].map(({ ids, stood }): Line => [
    ...ids.flatMap((id, index): Line => (index === 0 ? [code(id)] : [", ", code(id)])),
    ...stood,
  ]);
  return lines.length === 0 ? [["No wall of the operating system is recorded."]] : lines;
}

function wallLine({ started, report }: AttemptState): Line | undefined {
  const tier = report?.wall?.tier ?? started?.wall;
  if (tier === undefined) return undefined;
  const { hold, holes = [], quarantine } = report?.wall ?? {};
  const kept: Line = quarantine === undefined ? [] : ["; held content is under ", code(quarantine)];
  const how = hold === undefined ? "" : `, ${hold}`;
  return [` wall ${tier}${how}`, ...holes.flatMap((hole): Line => ["; open: ", code(hole)]), ...kept];
}

/** Every departure from the plan with its reason. */
export function changeBlocks(state: RunState): readonly Block[] {
  const opened = state.session?.openedAt ?? 0;
  const items = state.deviations.map((each): Line => [
    `${clock(each.at - opened)} wave ${each.wave}: ${each.text} `,
    code(each.rule),
  ]);
  return [
    { kind: "heading", level: 2, line: ["Plan changes and deviations"] },
    { kind: "list", items: items.length === 0 ? [["none"]] : items },
  ];
}

/** Every question to a person with its answer. */
export function decisionBlocks(state: RunState): readonly Block[] {
  const items = [...state.decisions.values()].map(({ id, question, askedAt, answer }): Line => {
    const given =
      answer === undefined
        ? [strong("open")]
        : [
            code(answer.option),
            answer.expired ? " by default, nobody answered" : ` by ${answer.by}`,
            `, after ${clock(answer.at - askedAt)}`,
          ];
    return [code(id), " ", code(question.text), ": ", ...given];
  });
  return [
    { kind: "heading", level: 2, line: ["Decisions"] },
    { kind: "list", items: items.length === 0 ? [["none"]] : items },
  ];
}
