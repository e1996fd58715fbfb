import { ok } from "@breakwater/core";
import type { AgentRuntime, Capabilities, RuntimeProbe } from "../contract.ts";
import { textOf } from "../json-shape.ts";
import { makeHomes } from "../make-folder.ts";
import { neverStarted } from "../never-started.ts";
import { startAppServer } from "./app-server-run.ts";
import { CODEX_CANARY } from "./codex-canary.ts";
import { CODEX_EXEC_MEASURED, CODEX_MEASURED } from "./codex-guarantee.ts";
import { CODEX_INHERITS, codexHomes, findCodex, versionOfCodex } from "./codex-client.ts";
import { startExec } from "./exec-run.ts";

/** Where Codex is, if it is not to be looked for on `PATH`, and by which door it is driven. */
export type CodexPlace = { readonly command?: readonly [string, ...string[]]; readonly door?: CodexDoorName };

/** `app-server` asks by itself before each call; `exec` asks by a hook. */
export type CodexDoorName = "app-server" | "exec";

/** Codex, driven by its app-server. */
export const codexRuntime: AgentRuntime = codexRuntimeAt({});

/** Codex by its second door, for those who cannot use the first. */
export const codexExecRuntime: AgentRuntime = codexRuntimeAt({ door: "exec" });

/**
 * The same, by a client in a certain place. Options of a run: `codex-program` names another program,
 * `codex-door` with the value `exec` takes the second door.
 */
export function codexRuntimeAt({ command, door = "app-server" }: CodexPlace): AgentRuntime {
  const find = (environment: Environment): ReturnType<typeof findCodex> =>
    command === undefined ? findCodex(environment) : ok(command);
  return {
    name: door === "exec" ? "codex-exec" : "codex",
    inherits: CODEX_INHERITS,
    homes: codexHomes,
    measured: door === "exec" ? CODEX_EXEC_MEASURED : CODEX_MEASURED,
    canary: CODEX_CANARY,
    probe: () => probe(find(process.env), door),
    start: (spec, run) => {
      const program = textOf(spec.options["codex-program"]);
      const found = program === undefined ? find(spec.environment) : ok<Command>([program]);
      if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
      makeHomes(codexHomes(spec.environment));
      const byHook = door === "exec" || spec.options["codex-door"] === "exec";
      return byHook ? startExec(found.value, spec, run) : startAppServer(found.value, spec, run);
    },
  };
}

type Command = readonly [string, ...string[]];

type Environment = Readonly<Record<string, string | undefined>>;

const CAPABILITIES: Readonly<Record<CodexDoorName, Capabilities>> = {
  "app-server": {
    door: "approval",
    doorFailsClosed: true,
    continuesAfterDenial: true,
    steer: true,
    resume: true,
    usage: "tokens",
    liveUsage: true,
  },
  exec: {
    door: "hook",
    doorFailsClosed: false,
    continuesAfterDenial: true,
    steer: false,
    resume: true,
    usage: "tokens",
    liveUsage: false,
  },
};

async function probe(found: ReturnType<typeof findCodex>, door: CodexDoorName): Promise<RuntimeProbe> {
  const capabilities = CAPABILITIES[door];
  if (!found.ok) return { found: false, capabilities, problems: [found.failure] };
  const path = found.value.join(" ");
  const version = await versionOfCodex(found.value, process.env);
  return version.ok
    ? { found: true, path, version: version.value, capabilities, problems: [] }
    : { found: false, path, capabilities, problems: [version.failure] };
}
