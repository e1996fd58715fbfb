import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codexRuntimeAt, type AgentRuntime, type AgentSpec } from "@breakwater/agents";
import { ok } from "@breakwater/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callTools, fault, say, type ModelStep } from "../model/model-step.ts";
import { type ModelServer, scriptMark, startModelServer } from "../model/model-server.ts";
import { clientProgram, withoutClient } from "../real-client.ts";
import { acts, ends, runs, writes } from "./act.ts";
import { codexScratch, codexStep } from "./codex-subject.ts";
import { openWorkspace, specIn } from "./scripted-subject.ts";
import { runAgent } from "./trial-run.ts";

/** What is true of `codex exec` alone: what its hooks leave out, and that no call gets by unseen. */
describe.skipIf(clientProgram("codex") === undefined)(`the real codex exec${withoutClient("codex")}`, () => {
  const runtime = codexRuntimeAt({ command: clientProgram("codex") ?? ["codex"] });
  let server: ModelServer;
  let place: ReturnType<typeof openWorkspace>;
  beforeEach(async () => {
    server = await startModelServer();
    place = openWorkspace();
  });
  afterEach(() => server.close());

  /** By the option of a run, as a host chooses it. */
  const order = (steps: readonly ModelStep[]): AgentSpec => {
    server.play("story", ({ turn }) => steps[Math.min(turn, steps.length - 1)]);
    const spec = specIn(place.workspace);
    const environment = { ...spec.environment, ...codexScratch(join(place.folder, "home"), server.url) };
    return { ...spec, environment, prompt: scriptMark("story"), options: { "codex-door": "exec" } };
  };

  it.each([
    ["auth", fault(401, "Incorrect API key", { type: "invalid_api_key" })],
    ["billing", fault(429, "You exceeded your current quota", { type: "insufficient_quota" })],
    ["quota", fault(429, "The usage limit has been reached", { type: "usage_limit_reached" })],
    ["rate-limit", fault(429, "Rate limit reached", { type: "rate_limit_exceeded" })],
    ["overload", fault(503, "overloaded", { type: "server_is_overloaded" })],
    ["overload", fault(500, "boom")],
    ["context-overflow", fault(400, "too long", { type: "context_length_exceeded" })],
  ] as const)("fails with the class %s where the provider says so", async (errorClass, step) => {
    const { ending } = await runAgent(runtime, order([step])).result;
    expect(ending).toMatchObject({ kind: "error", class: errorClass });
  });

  it("fails with the class network where nobody answers", async () => {
    const spec = order([say("never")]);
    await server.close();
    const { ending } = await runAgent(runtime, spec).result;
    expect(ending).toMatchObject({ kind: "error", class: "network" });
  });

  it("ends a run whose hook fails, because the client lets the call through", async () => {
    const failing: AgentRuntime = {
      ...runtime,
      start: (spec, run) =>
        runtime.start(spec, {
          ...run,
          openHookDoor: async (wish) => {
            const door = await run.openHookDoor(wish);
            return door.ok ? ok({ ...door.value, command: ["/bin/false"] }) : door;
          },
        }),
    };
    const run = runAgent(failing, order([codexStep(acts(writes("src/a.txt"))), codexStep(ends())]));
    expect((await run.result).ending).toMatchObject({
      kind: "gate-missing",
      message: expect.stringMatching(/did not ask before file_change .*src\/a\.txt/u),
    });
    expect(run.asked).toEqual([]);
  });

  it("knows each command again that it asked about, however the stream quotes it", async () => {
    const commands = [
      `printf '%s\\n' "a'b" "c\\"d" "$HOME" 'e f'`,
      "echo one\necho 'two' # é",
      'test "$(echo `echo x`)" = x && echo "\\\\"',
    ];
    const run = runAgent(
      runtime,
      order([...commands.map((each) => codexStep(acts(runs(each)))), codexStep(ends())]),
    );
    expect((await run.result).ending).toEqual({ kind: "completed" });
    expect(run.asked.map(({ command }) => command)).toEqual(commands);
    const results = run.events.flatMap((event) => (event.kind === "tool-result" ? [event.ok] : []));
    expect(results).toEqual([true, true, true]);
  });

  it("counts a refusal that its stream leaves out, and tells the result of the call with it", async () => {
    const steps = [codexStep(acts(writes("no.txt"))), codexStep(ends())];
    const no = { allow: false, rule: "test:no", reason: "not here" } as const;
    const run = runAgent(runtime, order(steps), { decide: () => no });
    expect((await run.result).ending).toEqual({ kind: "completed" });
    const told = run.events.filter(({ kind }) => kind === "denied" || kind === "tool-result");
    expect(told).toMatchObject([{ rule: "test:no" }, { ok: false, output: "Refused: not here" }]);
    expect(JSON.stringify(run.events.filter(({ kind }) => kind === "raw"))).not.toContain('"stdout"');
  });

  it("gives no command a terminal, since nobody is asked about what is written to it", async () => {
    const shell = callTools({ tool: "exec_command", input: { cmd: "sh", tty: true, yield_time_ms: 300 } });
    await runAgent(runtime, order([shell, codexStep(ends())])).result;
    expect(JSON.stringify(server.requestsOf("story").at(-1)?.body)).toContain("TTY execution is disabled");
  });

  it("trusts its own hook alone: none that the repository brings, and none of the user's that is not trusted", async () => {
    const ran = join(place.folder, "ran");
    const hook = { type: "command", command: `touch '${ran}'` };
    const hooks = JSON.stringify({ hooks: { PreToolUse: [{ matcher: ".*", hooks: [hook] }] } });
    const spec = order([codexStep(acts(runs("echo x"))), codexStep(ends())]);
    mkdirSync(join(place.workspace, ".codex"));
    for (const folder of [join(place.workspace, ".codex"), join(place.folder, "home")])
      writeFileSync(join(folder, "hooks.json"), hooks);
    const run = runAgent(runtime, spec);
    expect((await run.result).ending).toEqual({ kind: "completed" });
    expect([run.asked.length, existsSync(ran)]).toEqual([1, false]);
  });

  it("tells no consumption of a resumed conversation, of which it only knows the sum", async () => {
    const first = runAgent(runtime, order([codexStep(ends("first"))]));
    const { runtimeSession: resume = "" } = await first.result;
    const second = runAgent(runtime, { ...order([codexStep(ends("second"))]), prompt: "Go on.", resume });
    expect(await second.result).toMatchObject({ claim: { summary: "second" } });
    const told = [first, second].map(({ events }) => events.filter(({ kind }) => kind === "usage").length);
    expect(told).toEqual([1, 0]);
  });
});
