import { auditChanges, ok } from "@breakwater/core";
import type {
  AttemptId,
  Audit,
  AuditTerms,
  CommitId,
  HeldChange,
  IntegrityFinding,
  Result,
  SessionId,
  TaskScope,
  TreeChange,
  TreeId,
} from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { listTree } from "../object/diff-trees.ts";
import { readCommit } from "../object/read-object.ts";
import { treeOf } from "./engine-git.ts";
import { writeKeptPart } from "./kept-part.ts";
import { readablePath } from "./raw-path.ts";
import type { OwnRef } from "./ref-name.ts";
import { sessionRefs } from "./ref-name.ts";
import { createRef, forceRef } from "./refs.ts";
import { findIntegrity } from "./integrity.ts";
import { rawChanges, treeChanges } from "./tree-change.ts";
import type { FileChange } from "./tree-change.ts";

/** Judges the changes of a candidate: each is held with a rule, or its path is kept. Total and pure. */
export type Auditor = (changes: readonly TreeChange[], terms: AuditTerms) => Audit;

/**
 * `keepRest` allows the part that the auditor kept to land; `audit` replaces the rules of
 * the core (`auditChanges`); `maxBytes` is handed to it.
 */
export type AuditRequest = {
  readonly context: GitContext;
  readonly session: SessionId;
  readonly attempt: AttemptId;
  readonly head: CommitId;
  readonly candidate: CommitId;
  readonly scope: TaskScope;
  readonly keepRest: boolean;
  /** Files that must be in what would land. */
  readonly declared?: readonly string[];
  readonly audit?: Auditor;
  readonly maxBytes?: number;
};

/** The verdict on a candidate: nothing held, or where the whole candidate is kept and what of it may land. */
export type CandidateAudit = {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly held: readonly HeldChange[];
  readonly quarantine?: OwnRef;
  readonly kept?: { readonly commit: CommitId; readonly tree: TreeId };
  /** What the change does to tests, thresholds and gates; absent where nothing was found. */
  readonly integrity?: readonly IntegrityFinding[];
  /** Declared files that are not in what would land; absent where all are. */
  readonly missing?: readonly string[];
};

/**
 * Lets the auditor judge every path in which the candidate differs from `head`. A change that the auditor
 * neither holds nor keeps is held. Where anything is held, the candidate goes under a quarantine ref first.
 * Asked again with the same request it gives the same answer. Nothing here moves the integration.
 */
export async function auditCandidate(request: AuditRequest): Promise<Result<CandidateAudit>> {
  const { context, declared = [] } = request;
  const audited = await auditPaths(request);
  if (!audited.ok || declared.length === 0) return audited;
  const paths = await listPaths(context, (audited.value.kept ?? audited.value).commit);
  if (!paths.ok) return paths;
  const there = new Set(paths.value);
  const missing = declared.filter((path) => !there.has(path));
  return ok(missing.length === 0 ? audited.value : { ...audited.value, missing });
}

async function auditPaths(request: AuditRequest): Promise<Result<CandidateAudit>> {
  const { context, head, candidate } = request;
  const audited = await auditChangesOf(request);
  if (!audited.ok) return audited;
  const changes = await rawChanges(context, head, audited.value.kept?.commit ?? candidate);
  if (!changes.ok) return changes;
  const integrity = await findIntegrity(context, changes.value);
  if (!integrity.ok) return integrity;
  return ok({ ...audited.value, ...(integrity.value.length === 0 ? {} : { integrity: integrity.value }) });
}

async function auditChangesOf(request: AuditRequest): Promise<Result<CandidateAudit>> {
  const { context, head, candidate } = request;
  const [facts, changes, existingPaths] = await Promise.all([
    readCommit(context, candidate),
    treeChanges(context, head, candidate),
    listPaths(context, head),
  ]);
  if (!facts.ok) return facts;
  if (!changes.ok) return changes;
  if (!existingPaths.ok) return existingPaths;
  const verdict = judge(request, changes.value, existingPaths.value);
  const { tree, seconds } = facts.value;
  const message = `${facts.value.message.trimEnd()}\n`;
  if (verdict.held.length === 0) return ok({ commit: candidate, tree, held: [] });
  const quarantine = await quarantineCandidate(request);
  if (!quarantine.ok) return quarantine;
  const answer = { commit: candidate, tree, held: verdict.held, quarantine: quarantine.value };
  if (!request.keepRest || verdict.kept.length === 0) return ok(answer);
  const part = await writeKeptPart({ context, head, changes: verdict.kept, message, seconds });
  if (!part.ok) return part;
  return ok(part.value === undefined ? answer : { ...answer, kept: part.value });
}

/** Trusts the auditor no further than its words: silence on a path holds it, and so does naming it twice. */
function judge(
  request: AuditRequest,
  changes: readonly FileChange[],
  existingPaths: readonly string[],
): { readonly held: readonly HeldChange[]; readonly kept: readonly FileChange[] } {
  const { scope, maxBytes } = request;
  const terms = { scope, existingPaths, ...(maxBytes === undefined ? {} : { maxBytes }) };
  const { held, kept } = (request.audit ?? auditChanges)(changes, terms);
  const heldPaths = new Set(held.map((each) => each.path));
  const keptPaths = new Set(kept);
  const landing = changes.filter(
    (change) => change.decodable && keptPaths.has(change.path) && !heldPaths.has(change.path),
  );
  const unnamed = changes.filter((change) => !heldPaths.has(change.path) && !landing.includes(change));
  const silent = unnamed.map(({ path }) => ({
    path,
    rule: "audit:unjudged",
    message: "no rule judged this change, and unknown is never pass",
  }));
  return { held: [...held, ...silent], kept: landing };
}

/** An attempt that is audited on several heads keeps every candidate of which something was held. */
async function quarantineCandidate(request: AuditRequest): Promise<Result<OwnRef>> {
  const { context, session, attempt, candidate } = request;
  const ref = sessionRefs(session).quarantine(attempt);
  const made = await createRef(context, ref, candidate);
  if (!made.ok) return made;
  if (made.value.moved || made.value.found === candidate) return ok(ref);
  const further: OwnRef = `${ref}-${candidate.slice(0, 12)}`;
  const set = await forceRef(context, further, candidate);
  return set.ok ? ok(further) : set;
}

async function listPaths(context: GitContext, commit: CommitId): Promise<Result<readonly string[]>> {
  const tree = await treeOf(context, commit);
  if (!tree.ok) return tree;
  const listed = await listTree(context, tree.value);
  return listed.ok ? ok(listed.value.map(({ path }) => readablePath(path).path)) : listed;
}
