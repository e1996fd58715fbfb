import { ok } from "@breakwater/core";
import type {
  AgentRun,
  AgentRuntime,
  AgentSpec,
  Capabilities,
  RunningAgent,
  RuntimeProbe,
} from "../contract.ts";
import { textOf } from "../json-shape.ts";
import { makeHomes } from "../make-folder.ts";
import { neverStarted } from "../never-started.ts";
import { startAppServer } from "./app-server-run.ts";
import { CODEX_CANARY } from "./codex-canary.ts";
import { CODEX_MEASURED } from "./codex-guarantee.ts";
import { CODEX_INHERITS, codexHomes, findCodex, versionOfCodex } from "./codex-client.ts";

/** Where Codex is, if it is not to be looked for on `PATH`. */
export type CodexPlace = { readonly command?: readonly [string, ...string[]] };

/** Codex, driven by its app-server. */
export const codexRuntime: AgentRuntime = codexRuntimeAt({});

/** The same, by a client in a certain place; the option `codex-program` of a run names another program. */
export function codexRuntimeAt({ command }: CodexPlace): AgentRuntime {
  const find = (environment: Environment): ReturnType<typeof findCodex> =>
    command === undefined ? findCodex(environment) : ok(command);
  return {
    name: "codex",
    inherits: CODEX_INHERITS,
    homes: codexHomes,
    measured: CODEX_MEASURED,
    canary: CODEX_CANARY,
    probe: () => probe(find(process.env)),
    start: (spec, run) => {
      const program = textOf(spec.options["codex-program"]);
      return start(program === undefined ? find(spec.environment) : ok([program]), spec, run);
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const CAPABILITIES: Capabilities = {
  door: "approval",
  doorFailsClosed: true,
  continuesAfterDenial: true,
  steer: true,
  resume: true,
  usage: "tokens",
  liveUsage: true,
};

async function probe(found: ReturnType<typeof findCodex>): Promise<RuntimeProbe> {
  if (!found.ok) return { found: false, capabilities: CAPABILITIES, problems: [found.failure] };
  const path = found.value.join(" ");
  const version = await versionOfCodex(found.value, process.env);
  return version.ok
    ? { found: true, path, version: version.value, capabilities: CAPABILITIES, problems: [] }
    : { found: false, path, capabilities: CAPABILITIES, problems: [version.failure] };
}

function start(found: ReturnType<typeof findCodex>, spec: AgentSpec, run: AgentRun): RunningAgent {
  if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
  makeHomes(codexHomes(spec.environment));
  return startAppServer(found.value, spec, run);
}
