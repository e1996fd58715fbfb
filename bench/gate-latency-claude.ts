import { rmSync } from "node:fs";
import { join } from "node:path";
import { claudeRuntime } from "@breakwater/agents";
import {
  claudeScratch,
  clientProgram,
  openWorkspace,
  runAgent,
  scriptMark,
  specIn,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";
import { requestTimes, runFree, tellAdded } from "./request-times.ts";

/*
 * What each door adds to a tool call of the real Claude Code: the median time from one request to its model to
 * the next, a command between them, by the Agent SDK (asked in process) and by the program alone (asked through
 * its hook), with every command asked about against none asked about. All in one run, in turns, against a model
 * on loopback. `npx tsx bench/gate-latency-claude.ts`
 */

const CALLS = 25;
const ROUNDS = 3;
const DOORS = ["sdk", "cli", "free"] as const;
type Door = (typeof DOORS)[number];
type Place = ReturnType<typeof openWorkspace>;

async function main(): Promise<void> {
  const program = clientProgram("claude")?.[0];
  if (program === undefined) return void process.stdout.write("claude is not installed: nothing measured\n");
  const server = await startModelServer();
  const place = openWorkspace();
  const times: Record<Door, number[]> = { sdk: [], cli: [], free: [] };
  for (let round = 0; round < ROUNDS; round += 1)
    for (const door of DOORS) times[door].push(...(await measure(program, { door, round, server, place })));
  await server.close();
  rmSync(place.folder, { recursive: true, force: true });
  for (const door of ["sdk", "cli"] as const) tellAdded(`claude by ${door}`, times[door], times.free);
}

type Run = {
  readonly door: Door;
  readonly round: number;
  readonly server: ModelServer;
  readonly place: Place;
};

function measure(program: string, run: Run): Promise<readonly number[]> {
  const { door, round, server } = run;
  const name = `${door}${round}`;
  const report = { tool: "StructuredOutput", input: { status: "done", summary: "measured" } };
  return requestTimes({
    server,
    name,
    calls: CALLS,
    call: { kind: "reply", calls: [{ tool: "Bash", input: { command: "true", description: "nothing" } }] },
    end: door === "free" ? { kind: "reply", text: "measured" } : { kind: "reply", calls: [report] },
    run: () => (door === "free" ? runUnasked(program, name, run) : runAsked(name, run)),
  });
}

async function runAsked(name: string, { door, server, place }: Run): Promise<void> {
  const spec = specIn(place.workspace);
  const environment = { ...spec.environment, ...claudeScratch(join(place.folder, name), server.url) };
  const options = door === "cli" ? { "claude-door": "cli" } : {};
  await runAgent(claudeRuntime, { ...spec, environment, prompt: scriptMark(name), options }).result;
}

function runUnasked(program: string, name: string, { server, place }: Run): Promise<void> {
  const scratch = claudeScratch(join(place.folder, name), server.url);
  return runFree([program, "-p", "--permission-mode", "bypassPermissions", scriptMark(name)], {
    cwd: place.workspace,
    env: { IS_SANDBOX: "1", ...scratch },
  });
}

await main();
