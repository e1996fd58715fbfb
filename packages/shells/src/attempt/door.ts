import { type Enforcement, parseScope, type Scope, scopeAllows, type TaskScope } from "@breakwater/core";
import type { Gate, GateDecision, ToolIntent } from "@breakwater/agents";
import { placeOf } from "./place.ts";

/** A write that the door refused, or let through and recorded. */
export type Denial = {
  readonly tool: string;
  readonly path: string;
  readonly rule: string;
  readonly allowed: boolean;
};

export type DoorOptions = {
  /** Absolute. */
  readonly workspace: string;
  /** Called for every refusal, and for what `warn` lets through. */
  readonly onDenial: (denial: Denial) => void;
};

/**
 * The door of one attempt: judges each announced write by the scope.
 *
 * `strict` refuses, `warn` lets through and records, `off` is silent; writes that no audit could see
 * (outside the workspace, or to git's own files) are refused whatever the enforcement. A scope that cannot
 * be read allows nothing. What a shell command writes is not announced and not judged here.
 */
export function doorFor(scope: TaskScope, enforcement: Enforcement, options: DoorOptions): Gate {
  const parsed = parseScope(scope.kind === "write" ? scope.globs : []);
  const judge: Judge = {
    scope: parsed.ok ? parsed.value : { globs: [] },
    voided: parsed.ok ? undefined : parsed.failure.message,
    readOnly: scope.kind === "read-only",
    workspace: options.workspace,
  };
  return { decide: async (intent) => decide(intent, judge, { enforcement, onDenial: options.onDenial }) };
}

type Judge = {
  readonly scope: Scope;
  readonly voided: string | undefined;
  readonly readOnly: boolean;
  readonly workspace: string;
};

type Refusal = {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
  readonly final: boolean;
};

function decide(
  intent: ToolIntent,
  judge: Judge,
  {
    enforcement,
    onDenial,
  }: { readonly enforcement: Enforcement; readonly onDenial: DoorOptions["onDenial"] },
): GateDecision {
  const refusals = refusalsOf(intent, judge);
  const held = refusals.find((refusal) => enforcement === "strict" || refusal.final);
  for (const { path, rule, final } of refusals) {
    if (enforcement !== "off" || final)
      onDenial({ tool: intent.tool, path, rule, allowed: held === undefined });
  }
  if (held === undefined) return { allow: true };
  return { allow: false, rule: held.rule, reason: `${held.reason}. ${WHAT_INSTEAD}` };
}

const WHAT_INSTEAD =
  "Go on with what is possible inside your scope; if the task cannot be done there, report STATUS: partial and name this path";

/** Only kinds that name files and may change them are judged; an unknown kind may. */
function refusalsOf(intent: ToolIntent, judge: Judge): readonly Refusal[] {
  switch (intent.kind) {
    case "read":
    case "exec":
    case "net":
    case "spawn":
      return [];
    case "write":
    case "delete":
      if (intent.paths.length === 0) return [unnamed(intent)];
      return intent.paths.flatMap((path) => refusalOf(path, judge));
    case "mcp":
    case "other":
      return intent.paths.flatMap((path) => refusalOf(path, judge));
  }
}

function unnamed(intent: ToolIntent): Refusal {
  const reason = `${intent.tool} does not say which file it changes`;
  return { path: "", rule: "door:no-path", reason, final: false };
}

function refusalOf(written: string, judge: Judge): readonly Refusal[] {
  const place = placeOf(written, judge.workspace);
  if (place.kind === "outside") {
    const reason = `${written} is outside the workspace`;
    return [{ path: written, rule: "door:outside", reason, final: true }];
  }
  const { path } = place;
  const verdict = scopeAllows(judge.scope, path);
  if (verdict.kind === "allowed") return [];
  const final = path.split("/").some((segment) => segment.toLowerCase() === ".git");
  return [{ path, rule: verdict.rule, reason: reasonOf(verdict.message, judge, path), final }];
}

function reasonOf(message: string, judge: Judge, path: string): string {
  if (judge.voided !== undefined)
    return `${path} may not be written: the scope cannot be read (${judge.voided})`;
  return judge.readOnly ? `${path} may not be written: this task is read-only` : message;
}
