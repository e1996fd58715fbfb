import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { codexRuntimeAt } from "@breakwater/agents";
import {
  clientProgram,
  codexScratch,
  openWorkspace,
  runAgent,
  scriptMark,
  specIn,
  startModelServer,
  type ModelServer,
} from "@breakwater/testkit";
import { requestTimes, runFree, tellAdded } from "./request-times.ts";

/*
 * What the door adds to a tool call of the real Codex: the median time from one request to its model to the
 * next, a command between them, with every command asked about against none asked about. Both in one run, in
 * turns, against a model on loopback. `npx tsx bench/gate-latency.ts`
 */

const CALLS = 25;
const ROUNDS = 3;

async function main(): Promise<void> {
  const command = clientProgram("codex");
  if (command === undefined) return void process.stdout.write("codex is not installed: nothing measured\n");
  const server = await startModelServer();
  const place = openWorkspace();
  const times = { asked: [] as number[], free: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.asked.push(
      ...(await measure(server, `asked${round}`, (name) => runAsked(command, place, { server, name }))),
    );
    times.free.push(
      ...(await measure(server, `free${round}`, (name) => runUnasked(command, place, { server, name }))),
    );
  }
  await server.close();
  rmSync(place.folder, { recursive: true, force: true });
  tellAdded("codex", times.asked, times.free);
}

type Named = { readonly server: ModelServer; readonly name: string };
type Command = readonly [string, ...string[]];
type Place = ReturnType<typeof openWorkspace>;

function measure(
  server: ModelServer,
  name: string,
  run: (name: string) => Promise<unknown>,
): Promise<readonly number[]> {
  return requestTimes({
    server,
    name,
    calls: CALLS,
    call: { kind: "reply", calls: [{ tool: "exec_command", input: { cmd: "true" } }] },
    end: { kind: "reply", text: "STATUS: done — measured" },
    run: () => run(name),
  });
}

async function runAsked(command: Command, place: Place, { server, name }: Named): Promise<void> {
  const spec = specIn(place.workspace);
  const environment = { ...spec.environment, ...codexScratch(join(place.folder, name), server.url) };
  const prompt = scriptMark(name);
  await runAgent(codexRuntimeAt({ command }), { ...spec, environment, prompt, options: {} }).result;
}

function runUnasked(command: Command, place: Place, { server, name }: Named): Promise<void> {
  const home = join(place.folder, name);
  mkdirSync(home, { recursive: true });
  const free = ["exec", "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
  return runFree([...command, ...free, scriptMark(name)], {
    cwd: place.workspace,
    env: codexScratch(home, server.url),
  });
}

await main();
