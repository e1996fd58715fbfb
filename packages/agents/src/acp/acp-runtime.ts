import { fail, type Failure, ok, type Result } from "@breakwater/core";
import type { AgentRuntime, Capabilities, RuntimeProbe } from "../contract.ts";
import { askVersion, findProgram, packagedVersion } from "../find-client.ts";
import { present, textOf } from "../json-shape.ts";
import { makeHomes } from "../make-folder.ts";
import { neverStarted } from "../never-started.ts";
import { ACP_AGENTS, type AcpAgent, unknownAgent } from "./acp-agent.ts";
import { startAcp } from "./acp-run.ts";

/** What the names of these runtimes begin with. */
export const ACP_PREFIX = "acp:";

/** The runtimes of all agents whose particulars are known. */
export const ACP_RUNTIMES: readonly AgentRuntime[] = ACP_AGENTS.map((agent) => acpRuntimeAt({ agent }));

/** The runtime of a name such as `acp:gemini`, or `acp:my-agent --acp` for one that is only known by its command. */
export function acpRuntimeOf(name: string): AgentRuntime | undefined {
  if (!name.startsWith(ACP_PREFIX)) return undefined;
  const known = ACP_RUNTIMES.find((runtime) => runtime.name === name);
  const agent = known === undefined ? unknownAgent(name.slice(ACP_PREFIX.length)) : undefined;
  return known ?? (agent === undefined ? undefined : acpRuntimeAt({ agent }));
}

/** An agent, and where its program is if it is not to be looked for on `PATH`. */
export type AcpPlace = { readonly agent: AcpAgent; readonly command?: readonly [string, ...string[]] };

/** The runtime of an agent in a certain place; the option `acp-program` of a run names another program. */
export function acpRuntimeAt({ agent, command }: AcpPlace): AgentRuntime {
  const find = (environment: Environment): Result<Command> => findAgent(agent, command, environment);
  return {
    name: `${ACP_PREFIX}${agent.name}`,
    ...present({ untested: agent.tested ? undefined : (true as const) }),
    inherits: agent.inherits,
    homes: agent.homes,
    ...present({ canary: agent.canary, measured: agent.measured }),
    probe: () => probe(agent, find(process.env)),
    start: (spec, run) => {
      const program = textOf(spec.options["acp-program"]);
      const found = program === undefined ? find(spec.environment) : ok<Command>([program]);
      if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
      makeHomes(agent.homes(spec.environment));
      return startAcp({ agent, command: found.value }, spec, run);
    },
  };
}

type Command = readonly [string, ...string[]];
type Environment = Readonly<Record<string, string | undefined>>;

function findAgent(agent: AcpAgent, command: Command | undefined, environment: Environment): Result<Command> {
  const [name, ...args] = agent.command;
  if (command !== undefined) return ok([...command, ...args]);
  const program = findProgram(name, environment);
  return program === undefined ? fail(noClient(agent)) : ok([program, ...args]);
}

function noClient({ name, command, install }: AcpAgent): Failure {
  return {
    code: "BW748",
    message: `no client of acp:${name} was found: there is no program ${command[0]} on PATH`,
    why: "Breakwater drives the user's own client and brings none.",
    fix: `Install it: ${install}`,
  };
}

function capabilitiesOf(agent: AcpAgent): Capabilities {
  return {
    door: "approval",
    doorFailsClosed: true,
    continuesAfterDenial: agent.goesOnAfterDenial,
    steer: false,
    resume: agent.resumes,
    usage: "tokens",
    liveUsage: false,
  };
}

async function probe(agent: AcpAgent, found: Result<Command>): Promise<RuntimeProbe> {
  const capabilities = capabilitiesOf(agent);
  if (!found.ok) return { found: false, capabilities, problems: [found.failure] };
  // Without the arguments that make it serve. Some programs have no --version, but every package has one.
  const [first, ...rest] = found.value.slice(0, found.value.length - (agent.command.length - 1));
  const version =
    packagedVersion(rest.at(-1) ?? first ?? "") ??
    (first === undefined ? undefined : await askVersion([first, ...rest], process.env));
  const path = found.value.join(" ");
  return { found: true, path, ...(version === undefined ? {} : { version }), capabilities, problems: [] };
}
