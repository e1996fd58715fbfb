import { counted } from "@breakwater/core";
import { type AgentRuntime, RUNTIMES } from "@breakwater/agents";
import { type DoorTrial, tryDoor } from "@breakwater/shells";
import { doorTrial } from "../../agent/door-trial.ts";
import { isDoorProven, lookAtAgent, SHOW_PROGRAM } from "../../agent/look-at-agent.ts";
import { gatesOf } from "../../plan/schedule-inputs.ts";
import {
  checkBootstrap,
  cleanTree,
  openRepository,
  readSessionConfig,
  requireGit,
  wallLadder,
} from "@breakwater/node";
import type { Repository, SessionConfig } from "@breakwater/node";
import { tryCommand, triedText } from "../../check/try-command.ts";
import type { CommandContext } from "../../command-context.ts";
import { countDiagnostics, countText } from "../../errors/report-diagnostics.ts";
import { guardFaults } from "../../check/guard-self-test.ts";
import { EXIT } from "../../exit-code.ts";
import { unfinishedSession } from "../../session/session-store.ts";
import { bad, good, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Looks at everything that a session needs, from the machine to the project. Reads only, but for gates. */
export async function examine(
  context: CommandContext,
  { withGates }: { readonly withGates: boolean },
): Promise<readonly Finding[]> {
  const machine = [nodeFinding(), await gitFinding(context)];
  const repository = await openRepository(context.cwd);
  const trial = await doorTrial(context, repository.ok ? { repository: repository.value } : {});
  const rest = [...(await agentFindings(trial)), ...(await wallFindings())];
  if (!repository.ok) return [...machine, bad("repository", repository.failure, EXIT.unfit), ...rest];
  const { root } = repository.value;
  const platform = context.platform === undefined ? {} : { platform: context.platform };
  const config = readSessionConfig(root, { env: context.env, ...platform });
  const gate = checkBootstrap(root, { env: context.env, ...platform });
  return [
    ...machine,
    await treeFinding(repository.value, config),
    gate.open
      ? good("bootstrap", `tier ${gate.tier}, ${gate.file}`)
      : bad("bootstrap", gate.failure, EXIT.refused),
    configFinding(config),
    ...(await gateFindings(config, { context, withGates })),
    ...rest,
    await sessionFinding(repository.value),
  ];
}

const oldestNode = [20, 19] as const;

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isFit = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (isFit) return good("node", process.versions.node);
  const fix = `install Node ${oldestNode.join(".")} or newer`;
  return { name: "node", state: "bad", text: `${process.versions.node} is too old`, fix, exit: EXIT.unfit };
}

async function gitFinding({ cwd }: CommandContext): Promise<Finding> {
  const version = await requireGit(cwd);
  if (!version.ok) return bad("git", version.failure, EXIT.unfit);
  return good("git", `${version.value.major}.${version.value.minor}, merges without a work tree`);
}

async function treeFinding(repository: Repository, { platform }: SessionConfig): Promise<Finding> {
  const where = `${repository.branch} at ${repository.commit.slice(0, 7)}`;
  const paths = await cleanTree(repository, platform.stateDir);
  if (!paths.ok) return bad("repository", paths.failure, EXIT.unfit);
  if (paths.value.length === 0) return good("repository", `clean, ${where}`);
  return warning(
    "repository",
    `${counted(paths.value.length, "path")} not committed, ${where}`,
    "commit or stash them; or go --allow-dirty",
  );
}

function configFinding({ diagnostics, file }: SessionConfig): Finding {
  const counts = countDiagnostics(diagnostics);
  const text = `${file ?? "no instruction file"}: ${countText(counts)}`;
  const fix = "breakwater config check";
  if (counts.errors > 0) return { name: "settings", state: "bad", text, fix, exit: EXIT.refused };
  return counts.warnings > 0 ? warning("settings", text, fix) : good("settings", text);
}

async function gateFindings(
  config: SessionConfig,
  { context, withGates }: { readonly context: CommandContext; readonly withGates: boolean },
): Promise<readonly Finding[]> {
  const gates = gatesOf(config);
  if (gates.length === 0)
    return [warning("gates", "none: what nothing proves ends unverified", "breakwater init --tier fast")];
  if (!withGates)
    return [
      {
        name: "gates",
        state: "off",
        text: `${gates.map(({ value }) => value.id).join(", ")}; not run (--gates runs them)`,
      },
    ];
  const findings: Finding[] = [];
  for (const { value } of gates) {
    const tried = await tryCommand(value.command, { root: config.root, env: context.env });
    const text = `${value.command}: ${triedText(tried)}`;
    const name = `gate ${value.id}`;
    if (tried.verdict === "green") findings.push(good(name, text));
    else if (tried.verdict === "red")
      findings.push(warning(name, text, `fix it first, or go --accept-red ${value.id}`));
    else
      findings.push({
        name,
        state: "bad",
        text,
        fix: "install its program, or correct the command",
        exit: EXIT.refused,
      });
  }
  return findings;
}

/** Each client that is here asks its door once, against a model of one sentence on this machine. */
async function agentFindings(trial: DoorTrial): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const runtime of RUNTIMES) findings.push(await agentFinding(runtime, trial));
  if (findings.some(({ state }) => state === "good")) return findings;
  return [
    ...findings,
    { name: "agents", state: "bad", text: "no agent can be used", fix: "install one", exit: EXIT.unfit },
  ];
}

async function agentFinding(runtime: AgentRuntime, trial: DoorTrial): Promise<Finding> {
  const { name, probe } = await lookAtAgent(runtime);
  const title = `agent ${name}`;
  const [problem] = probe.problems;
  if (!probe.found) {
    const fix = problem?.fix === undefined ? {} : { fix: problem.fix };
    return { name: title, state: "off", text: problem?.message ?? "not found", ...fix };
  }
  const { door, doorFailsClosed } = probe.capabilities;
  const found = `${probe.version ?? "found"}, door: ${door}${doorFailsClosed ? ", fails closed" : ", fails open"}`;
  const proof = await tryDoor(runtime, trial);
  if (proof.outcome === "built-in") return good(title, found);
  if (isDoorProven(proof)) return good(title, `${found}, refused a trial write in ${proof.ms} ms`);
  if (proof.outcome === "not-in-wall") return warning(title, `${found}, but ${proof.detail}`, SHOW_PROGRAM);
  return warning(
    title,
    `${found}, but its door is not proven: ${proof.detail}`,
    "breakwater agents --prove, or update the client",
  );
}

/** Said as it is: what does not hold here must not look like a promise. */
async function wallFindings(): Promise<readonly Finding[]> {
  return [await wallFinding(), guardFinding()];
}

function guardFinding(): Finding {
  const faults = guardFaults();
  if (faults.length === 0)
    return good("guard", "asked about every tool call at the door; its self-test holds");
  return {
    name: "guard",
    state: "bad",
    text: faults.join("; "),
    fix: "install breakwater anew",
    exit: EXIT.unfit,
  };
}

async function wallFinding(): Promise<Finding> {
  const { rungs, setup, fix } = await wallLadder();
  if (setup === undefined) {
    const reasons = [...new Set(rungs.map(({ reason }) => reason))].join("; ");
    return warning("wall", `none holds here: ${reasons}`, fix);
  }
  const text = `${setup.tier}, tried since the last boot; agents reach the network, gates do not`;
  return fix === undefined ? good("wall", text) : warning("wall", text, fix);
}

async function sessionFinding(repository: Repository): Promise<Finding> {
  const unfinished = unfinishedSession(repository);
  if (!unfinished.ok) return bad("session", unfinished.failure, EXIT.refused);
  if (unfinished.value === undefined) return good("session", "none is open");
  return warning(
    "session",
    `${unfinished.value.place.id} has not come to its end`,
    "breakwater status, then resume or stop",
  );
}
