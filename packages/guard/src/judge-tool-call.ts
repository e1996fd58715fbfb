import { followCommand, type CommandReport } from "./judge-command.ts";
import { isScratchText } from "./main-session.ts";
import type { GuardContext } from "./policy.ts";
import { type BlockedRule, FLOOR_RULES } from "./rule/blocked-command.ts";
import { matchBlocked } from "./rule/match-blocked.ts";
import { RULES } from "./rule/registry.ts";
import { directoryOf, judgeFileTool, judgePatchTool, judgeReadTool } from "./tool/judge-file-tool.ts";
import { toolKindOf, type ToolKind } from "./tool/tool-table.ts";
import { fieldsOf, type ToolCall } from "./tool-call.ts";
import { type Finding, type Verdict, worstFinding } from "./verdict.ts";

const MOST_STEPS_SHOWN = 20;

/**
 * Judges one tool call before it runs: pure, total, and fail-closed (`docs/spec/guard.md`).
 *
 * Asks the view for metadata only. Where nobody attends, a question is a denial. `warn` and `off` let a refused
 * call through, `warn` with a note; they never change what is found.
 */
export function judgeToolCall(call: ToolCall, context: GuardContext): Verdict {
  const judged = judgeSafely(call, context);
  const verdict = verdictOf(judged.findings, judged.warnings, context);
  const { enforcement } = context.policy;
  if (verdict.decision === "allow" || enforcement === "strict") return verdict;
  const through: Verdict = { ...verdict, decision: "allow", forAgent: RULES.allowed.agent };
  return enforcement === "warn" ? { ...through, warning: verdict.forPerson } : through;
}

type Judged = { readonly findings: readonly Finding[]; readonly warnings: readonly string[] };

function judgeSafely(call: ToolCall, context: GuardContext): Judged {
  try {
    return context.policy.actor === "main-session"
      ? judgeMainSession(call, context)
      : judgeAgent(call, context);
  } catch (error) {
    const step = `the call could not be judged: ${error instanceof Error ? error.message : "unknown"}`;
    return { findings: [{ decision: "deny", rule: "length", step }], warnings: [] };
  }
}

function judgeAgent(call: ToolCall, context: GuardContext): Judged {
  const kind = toolKindOf(call.tool);
  const only = (findings: readonly Finding[]): Judged => ({ findings, warnings: [] });
  switch (kind.kind) {
    case "read":
      return only(judgeReadTool(call, context));
    case "write":
      return only(judgeFileTool(call, context, kind));
    case "patch":
      return only(judgePatchTool(call, context, kind.fields));
    case "shell":
      return judgeShell(call, context, kind);
    case "agent":
      return only([{ decision: "deny", rule: "hook-tamper", step: "the call would start another agent" }]);
    case "unknown":
      return only([
        { decision: "deny", rule: "other-tools", step: `the tool ${call.tool.slice(0, 80)} is not known` },
      ]);
  }
}

/** The command of a shell tool: a text, or the words of one program. */
function commandOf(
  call: ToolCall,
  kind: Extract<ToolKind, { kind: "shell" }>,
): string | readonly string[] | undefined {
  if (typeof call.input === "string") return call.input;
  const fields = fieldsOf(call.input);
  const command: unknown = kind.fields.map((field) => fields.get(field)).find((value) => value !== undefined);
  const args: unknown = fields.get("args");
  if (typeof command === "string") return isTexts(args) ? [command, ...args] : command;
  return isTexts(command) ? command : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function judgeShell(
  call: ToolCall,
  context: GuardContext,
  kind: Extract<ToolKind, { kind: "shell" }>,
): Judged {
  const command = commandOf(call, kind);
  const directory = shellDirectory(call, context);
  if (command === undefined || directory === undefined)
    return {
      findings: [{ decision: "deny", rule: "length", step: "the call holds no command" }],
      warnings: [],
    };
  const escape = judgeEscape(call);
  const report = followCommand(command, context, directory);
  const policy = judgePolicy(report, context, context.policy.blockedCommands);
  return { findings: [...escape, ...report.findings, ...policy.findings], warnings: policy.warnings };
}

function shellDirectory(call: ToolCall, context: GuardContext): string | undefined {
  const fields = fieldsOf(call.input);
  const given: unknown = ["cwd", "workdir", "working_directory", "workingDirectory", "dir_path", "directory"]
    .map((field) => fields.get(field))
    .find((value) => value !== undefined && value !== null && value !== "");
  if (given === undefined) return directoryOf(call, context);
  if (typeof given !== "string") return undefined;
  return given.startsWith("/") ? given : `${directoryOf(call, context)}/${given}`;
}

/** Fields by which a host lets one command out of its sandbox. */
function judgeEscape(call: ToolCall): readonly Finding[] {
  const fields = fieldsOf(call.input);
  const asked =
    fields.get("dangerouslyDisableSandbox") === true ||
    fields.get("with_escalated_permissions") === true ||
    fields.get("sandbox_permissions") === "require_escalated" ||
    fields.get("disable_sandbox") === true;
  return asked ? [{ decision: "deny", rule: "privilege", step: "the call would leave the sandbox" }] : [];
}

function judgePolicy(report: CommandReport, context: GuardContext, own: readonly BlockedRule[]): Judged {
  const met = matchBlocked(own, {
    executed: report.executed.filter((argv) => !isScratchText(argv, context)),
    queries: report.queries,
  });
  return {
    findings: met
      .filter((rule) => rule.severity === "block")
      .map((rule) => ({
        decision: "deny",
        rule: "blocked-command",
        step: `the policy's rule ${rule.id} matches: ${rule.rationale}`,
      })),
    warnings: met.filter((rule) => rule.severity === "warn").map((rule) => `${rule.id}: ${rule.rationale}`),
  };
}

/** In the person's own session only the command policy speaks, and the person may switch it off. */
function judgeMainSession(call: ToolCall, context: GuardContext): Judged {
  const kind = toolKindOf(call.tool);
  if (kind.kind !== "shell" || context.policy.allowDestructive) return { findings: [], warnings: [] };
  const command = commandOf(call, kind);
  if (command === undefined) return { findings: [], warnings: [] };
  const report = followCommand(command, context, shellDirectory(call, context) ?? context.policy.root);
  const { blockedCommands } = context.policy;
  const rules = blockedCommands.length === 0 ? FLOOR_RULES : blockedCommands;
  const quiet = hasNoStash(context);
  return judgePolicy(
    report,
    context,
    rules.filter((rule) => !(quiet && rule.id === "git-stash-any" && rule.severity === "warn")),
  );
}

/** Whether git shows that nothing is stashed; where its folder lies elsewhere nobody can tell. */
function hasNoStash({ policy, view }: GuardContext): boolean {
  const git = `${policy.root}/.git`;
  return view.kind(git) === "directory" && view.kind(`${git}/refs/stash`) === "missing";
}

function verdictOf(
  findings: readonly Finding[],
  warnings: readonly string[],
  context: GuardContext,
): Verdict {
  const worst = worstFinding(findings);
  const explanation = [...new Set(findings.map((finding) => `${finding.rule}: ${finding.step}`))].slice(
    0,
    MOST_STEPS_SHOWN,
  );
  const paths = [...new Set(findings.flatMap((finding) => finding.path ?? []))].slice(0, MOST_STEPS_SHOWN);
  const note = warnings.length === 0 ? {} : { warning: warnings.join("; ") };
  if (worst === undefined) {
    const { agent, person } = RULES.allowed;
    return {
      decision: "allow",
      rule: "allowed",
      forAgent: agent,
      forPerson: person,
      explanation,
      paths,
      ...note,
    };
  }
  const decision = worst.decision === "ask" && !context.policy.attended ? "deny" : worst.decision;
  const { agent, person } = RULES[worst.rule];
  return {
    decision,
    rule: worst.rule,
    forAgent: agent,
    forPerson: `${person} (${worst.step})`,
    explanation,
    paths,
    ...note,
  };
}
