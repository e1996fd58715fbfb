import { join } from "node:path";
import {
  gateRunKey,
  ok,
  treeId,
  type CommitId,
  type Fact,
  type GateReport,
  type GateSpec,
  type TreeId,
} from "@breakwater/core";
import { git, runGate, type GateOrder } from "@breakwater/node";
import { openGateWall } from "./gate-wall.ts";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/** How long one run of a check may take where its spec names no time; milliseconds. */
const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/** Runs a check on a commit, in a clean workspace that holds exactly its tree. */
export async function runGateCommand(machine: LocalMachine, command: CommandOf<"run-gate">): Step<Fact> {
  const { run, spec, lookUp } = command;
  const outputFile = join(machine.folder, "gates", `${gateRunKey(run).replaceAll(":", "-")}.log`);
  const retry = run.purpose.kind !== "reproduce";
  const report = await runCheck(machine, { commit: run.commit, spec, lookUp, outputFile, retry });
  return report.ok ? ok({ type: "gate.finished", run, report: report.value }) : report;
}

/** A check of any kind on a commit. */
export type CheckOrder = Pick<GateOrder, "spec" | "lookUp" | "outputFile" | "retry"> & {
  readonly commit: CommitId;
  readonly spec: GateSpec;
};

/** Brings a gate workspace to the commit, runs the check there and gives the workspace back. */
export async function runCheck(machine: LocalMachine, order: CheckOrder): Step<GateReport> {
  const { workspaces, gateCache, environment, signal } = machine;
  const { commit, ...rest } = order;
  const tree = await treeOfCommit(machine, commit);
  if (!tree.ok) return tree;
  const workspace = await workspaces.prepareGateWorkspace(commit);
  if (!workspace.ok) return workspace;
  const { path, lane, dependencies, release } = workspace.value;
  const wall = await openGateWall(machine, { workspace: workspace.value, network: rest.spec.net ?? "none" });
  try {
    if (!wall.ok) return wall;
    const { tier = "none" } = wall.value ?? {};
    const report = await runGate({
      ...rest,
      cwd: path,
      tree: tree.value,
      environment: {
        source: environment,
        lane: lane.env,
        facts: { ...factsOf(machine, dependencies), wall: tier },
      },
      cache: gateCache,
      timeoutMs: DEFAULT_TIMEOUT_MS,
      signal,
      ...(wall.value === undefined ? {} : { wall: wall.value }),
    });
    return ok(report);
  } finally {
    if (wall.ok) await wall.value?.wall.close();
    release();
  }
}

function factsOf(machine: LocalMachine, dependencies: readonly string[]): Readonly<Record<string, string>> {
  const setup = machine.state().session?.schedule.workspaceSetup ?? "";
  return { setup, dependencies: dependencies.join(" ") };
}

async function treeOfCommit(machine: LocalMachine, commit: CommitId): Step<TreeId> {
  const asked = await git(machine.repository.context, ["rev-parse", "--verify", `${commit}^{tree}`]);
  return asked.ok ? ok(treeId(asked.value.stdout.toString("utf8").trim())) : asked;
}
