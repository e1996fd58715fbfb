import { counted } from "../count-text.ts";
import { dispositionOf, explainOpen, type Disposition } from "../run/disposition.ts";
import { lastAttempt } from "../run/outcome.ts";
import type { Proof } from "../run/proof.ts";
import type { RunState, TaskState } from "../run/state.ts";
import { code, strong, type Block, type Inline, type Line } from "./report-block.ts";

/** What was agreed for each task and what became of it, with the evidence of each done one. */
export function acceptanceBlocks(state: RunState): readonly Block[] {
  const tasks = [...state.tasks.values()].toSorted((a, b) => a.wave - b.wave || a.order - b.order);
  if (tasks.length === 0) return [];
  return [
    { kind: "heading", level: 2, line: ["Acceptance"] },
    {
      kind: "paragraph",
      line: [
        "Done is derived: exit observed, tree audited, check green on that tree, ref moved to it. Criteria are those of the plan; the evidence is of the whole task.",
      ],
    },
    {
      kind: "table",
      head: ["Task", "Criteria", "Result", "Evidence"],
      rows: tasks.map((task): readonly Line[] => [
        [code(task.task.id), ` ${task.task.title}`],
        criteria(task),
        result(dispositionOf(state, task)),
        evidence(state, task),
      ]),
    },
  ];
}

function criteria({ task }: TaskState): Line {
  const list = [...task.doneWhen, ...task.produces];
  return list.length === 0 ? ["-"] : withCode(list.join("; "));
}

/** A text of the plan, in which what stands between backticks is code. */
function withCode(text: string): Line {
  return text.split(/`([^`]+)`/u).map((part, index) => (index % 2 === 0 ? part : code(part)));
}

function result(disposition: Disposition | undefined): Line {
  if (disposition === undefined) return [strong("open")];
  return disposition.kind === "done" || disposition.kind === "no-op"
    ? [disposition.kind]
    : [strong(disposition.kind)];
}

function evidence(state: RunState, task: TaskState): Line {
  const disposition = dispositionOf(state, task);
  if (disposition?.kind === "done") {
    return disposition.evidence === "findings"
      ? findingsEvidence(state, task)
      : proofEvidence(disposition.evidence);
  }
  if (disposition?.kind === "no-op") return [disposition.reason];
  if (disposition === undefined) return [code(explainOpen(state, task))];
  return [code(disposition.reason)];
}

function findingsEvidence(state: RunState, task: TaskState): Line {
  const findings = lastAttempt(state, task.task.id)?.findings?.accepted ?? [];
  const checked = findings.filter((each) => each.check !== undefined).length;
  return [`findings with existing paths: ${findings.length}; with a check that exited 0: ${checked}`];
}

function proofEvidence(proof: Proof): Line {
  const checks = distinct(proof.checks).flatMap((check): readonly Inline[] => [
    code(check.command),
    ` ${check.exit} on tree `,
    code(check.tree.slice(0, 12)),
    "; ",
  ]);
  const held = proof.audited.held === 0 ? "" : `, ${counted(proof.audited.held, "path")} held at the audit`;
  return [...checks, "landed as ", code(proof.landed.to.slice(0, 12)), held];
}

/** A gate that was green on the same tree several times proves it once. */
function distinct(checks: Proof["checks"]): Proof["checks"] {
  const known = checks.map(({ command, exit, tree }) => [command, exit, tree].join("\n"));
  return checks.filter((_, index) => known.indexOf(known[index] ?? "") === index);
}

/** Planned work that is not done, with the reason and where it was filed. */
export function carriedBlocks(state: RunState): readonly Block[] {
  const open = [...state.tasks.values()].flatMap((task): readonly Line[] => {
    const disposition = dispositionOf(state, task);
    if (disposition?.kind === "done" || disposition?.kind === "no-op") return [];
    const reason = disposition === undefined ? explainOpen(state, task) : disposition.reason;
    const kind = disposition?.kind ?? "open";
    return [[code(task.task.id), ` ${task.task.title}: ${kind}, `, code(reason), ...filing(task)]];
  });
  const items: readonly Line[] = open.length === 0 ? [["nothing"]] : open;
  return [
    { kind: "heading", level: 2, line: ["Carried over"] },
    { kind: "list", items },
    ...issueBlocks(state),
  ];
}

function issueBlocks({ close }: RunState): readonly Block[] {
  const items = (close.issues ?? []).map(({ issue, done, where, queued }): Line => {
    const told =
      queued === undefined ? ["told in ", code(where)] : ["waits in ", code(where), ": ", code(queued)];
    return [`#${issue}: ${done ? "done" : "not done"}, `, ...told];
  });
  if (items.length === 0) return [];
  return [
    { kind: "heading", level: 2, line: ["Issues"] },
    { kind: "list", items },
  ];
}

function filing({ filed, carriedIssue, filingQueued }: TaskState): Line {
  if (filed === undefined) return [];
  if (filingQueued !== undefined)
    return [", waits to become an issue in ", code(filed), ": ", code(filingQueued)];
  return [carriedIssue?.existing === true ? ", known as " : ", filed as ", code(filed)];
}
