import type { Gate, GateDecision, ToolIntent } from "@breakwater/agents";
import type { Enforcement } from "@breakwater/core";
import { type FileView, toolKindOf } from "@breakwater/guard";
import { diskView } from "@breakwater/node";
import type { CompiledPolicy } from "./door-policy.ts";
import { judgeIntent, type Objection } from "./judge-intent.ts";

/** A call that the door refused, or let through and recorded; the texts name what the agent wrote. */
export type Denial = {
  readonly tool: string;
  readonly path: string;
  readonly rule: string;
  readonly allowed: boolean;
  /** What the agent was told. */
  readonly forAgent: string;
  /** What happened, for people. */
  readonly forPerson: string;
};

export type DoorOptions = {
  readonly enforcement: Enforcement;
  /** Called for every refusal, and for what `warn` lets through. */
  readonly onDenial: (denial: Denial) => void;
  /** The disk that paths are resolved on; this machine's when absent. */
  readonly view?: FileView;
};

/** After so many calls in a row that could not be judged, the run ends instead of going on half blind. */
export const MOST_BROKEN_IN_A_ROW = 3;

/**
 * The door of one attempt: judges each announced tool call by the guard (`docs/spec/door.md`).
 *
 * `strict` refuses, `warn` lets through and records, `off` is silent; what no audit could see is refused
 * whatever the enforcement. Fail-closed: without a policy only reading passes, and a call that cannot be
 * judged is refused. Never rejects.
 */
export function doorOf(compiled: CompiledPolicy, options: DoorOptions): Gate {
  let broken = 0;
  return {
    decide: async (intent) => {
      try {
        const decision = decide(intent, compiled, options);
        broken = 0;
        return decision;
      } catch {
        broken += 1;
        return refuse(intent, [BROKEN], {
          options,
          ...(broken >= MOST_BROKEN_IN_A_ROW ? { halt: true } : {}),
        });
      }
    },
  };
}

function decide(intent: ToolIntent, compiled: CompiledPolicy, options: DoorOptions): GateDecision {
  const objections = objectionsTo(intent, compiled, options.view ?? diskView);
  const held = objections.some((each) => options.enforcement === "strict" || each.final);
  if (held) return refuse(intent, objections, { options });
  if (options.enforcement === "warn")
    for (const each of objections) options.onDenial(denialOf(intent, each, true));
  return { allow: true };
}

function objectionsTo(intent: ToolIntent, compiled: CompiledPolicy, view: FileView): readonly Objection[] {
  switch (compiled.kind) {
    case "open":
      return judgeIntent(intent, { policy: compiled.policy, view });
    case "closed":
      return onlyReads(intent) ? [] : [closedBecause(compiled.reason)];
  }
}

/** Neither its adapter nor its name says that the call does more. */
function onlyReads({ kind, tool }: ToolIntent): boolean {
  const known = toolKindOf(tool).kind;
  return kind === "read" && (known === "read" || known === "unknown");
}

/** Refuses by the first objection and records all; a recorder that fails changes nothing of the answer. */
function refuse(
  intent: ToolIntent,
  objections: readonly Objection[],
  { options, halt }: { readonly options: DoorOptions; readonly halt?: true },
): GateDecision {
  const [first = BROKEN] = objections;
  try {
    for (const each of objections) options.onDenial(denialOf(intent, each, false));
  } catch {
    // The refusal stands even where nobody can write it down.
  }
  return {
    allow: false,
    rule: first.rule,
    reason: reasonOf(first),
    ...(halt === undefined ? {} : { halt }),
  };
}

function denialOf({ tool }: ToolIntent, objection: Objection, allowed: boolean): Denial {
  const { path, rule, forPerson } = objection;
  return { tool, path, rule, allowed, forAgent: reasonOf(objection), forPerson };
}

const MOST_SHOWN_PATH = 200;

function reasonOf({ path, forAgent }: Objection): string {
  return path === "" ? forAgent : `${path.slice(0, MOST_SHOWN_PATH)}: ${forAgent}`;
}

const BROKEN: Objection = {
  rule: "door:broken",
  path: "",
  forAgent: "The call could not be judged and does not run. Report STATUS: partial when this goes on.",
  forPerson: "The door failed while it judged a call.",
  final: true,
};

function closedBecause(reason: string): Objection {
  return {
    rule: "door:no-policy",
    path: "",
    forAgent: "Nothing but reading is possible in this task. Stop and report STATUS: partial.",
    forPerson: `The door let nothing but reading through: ${reason}.`,
    final: true,
  };
}
