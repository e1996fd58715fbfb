import { ok, type Result } from "@breakwater/core";
import type { AgentRuntime, Capabilities, RuntimeProbe } from "../contract.ts";
import { askVersion } from "../find-client.ts";
import { present, textOf } from "../json-shape.ts";
import { neverStarted } from "../never-started.ts";
import { CURSOR_INHERITS, cursorHomes, findCursor } from "./cursor-client.ts";
import { CURSOR_DOCUMENTED } from "./cursor-guarantee.ts";
import { startCursor } from "./cursor-run.ts";

/** Cursor's command line, from its documentation; no real client of it was ever driven by these tests. */
export const cursorRuntime: AgentRuntime = cursorRuntimeAt({});

/** The same, by a client in a certain place; the option `cursor-program` of a run names another program. */
export function cursorRuntimeAt({ program }: { readonly program?: string }): AgentRuntime {
  const find = (environment: Readonly<Record<string, string | undefined>>): Result<string> =>
    program === undefined ? findCursor(environment) : ok(program);
  return {
    name: "cursor",
    untested: true,
    inherits: CURSOR_INHERITS,
    homes: cursorHomes,
    measured: CURSOR_DOCUMENTED,
    probe: () => probe(find(process.env)),
    start: (spec, run) => {
      const named = textOf(spec.options["cursor-program"]);
      const found = named === undefined ? find(spec.environment) : ok(named);
      if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
      return startCursor(found.value, spec, run);
    },
  };
}

const CAPABILITIES: Capabilities = {
  door: "hook",
  doorFailsClosed: true,
  continuesAfterDenial: true,
  steer: false,
  resume: true,
  usage: "none",
  liveUsage: false,
};

async function probe(found: Result<string>): Promise<RuntimeProbe> {
  if (!found.ok) return { found: false, capabilities: CAPABILITIES, problems: [found.failure] };
  const path = found.value;
  const version = await askVersion([path], process.env);
  return { found: true, path, ...present({ version }), capabilities: CAPABILITIES, problems: [] };
}
