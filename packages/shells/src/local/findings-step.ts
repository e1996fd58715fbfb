import { join } from "node:path";
import { gateId, ok, type CommitId, type Fact, type Finding } from "@breakwater/core";
import { listFiles } from "@breakwater/node";
import { runCheck } from "./gate-step.ts";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

type Rejected = { readonly finding: Finding; readonly reason: string };

/** A check of a finding may take this long; seconds. */
const CHECK_SECONDS = 120;

/** Checks each finding of a read-only task against the tree it was made on. */
export async function checkFindings(
  machine: LocalMachine,
  { attempt, base }: CommandOf<"check-findings">,
): Step<Fact> {
  const findings = machine.state().attempts.get(attempt)?.report?.findings ?? [];
  const listed = await listFiles(machine.repository.context, base);
  if (!listed.ok) return listed;
  const files = listed.value.map((file) => file.path);
  const accepted: Finding[] = [];
  const rejected: Rejected[] = [];
  for (const [index, finding] of findings.entries()) {
    const place = {
      commit: base,
      files,
      outputFile: join(machine.folder, "gates", `finding-${attempt}-${index}.log`),
    };
    const reason = await faultOf(machine, finding, place);
    if (reason === undefined) accepted.push(finding);
    else rejected.push({ finding, reason });
  }
  return ok({ type: "findings.checked", attempt, accepted, rejected });
}

type Place = { readonly commit: CommitId; readonly files: readonly string[]; readonly outputFile: string };

async function faultOf(machine: LocalMachine, finding: Finding, place: Place): Promise<string | undefined> {
  const missing = finding.paths.find((path) => !isThere(place.files, path));
  if (missing !== undefined) return `${missing} does not exist`;
  if (finding.check === undefined) return undefined;
  const spec = { id: gateId("finding"), command: finding.check, timeoutSeconds: CHECK_SECONDS };
  const { commit, outputFile } = place;
  const report = await runCheck(machine, { commit, spec, lookUp: true, outputFile, retry: false });
  if (!report.ok) return report.failure.message;
  const { result } = report.value;
  if (result.kind === "exited" && result.code === 0) return undefined;
  return `its check does not reproduce: ${result.kind === "exited" ? `exit ${result.code}` : result.kind}`;
}

function isThere(files: readonly string[], path: string): boolean {
  const plain = path.replace(/^\.\//, "").replace(/\/$/, "");
  return files.some((file) => file === plain || file.startsWith(`${plain}/`));
}
