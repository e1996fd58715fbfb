import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codexRuntimeAt, type AgentSpec } from "@breakwater/agents";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, say, type ModelStep } from "../model/model-step.ts";
import { type ModelServer, scriptMark, startModelServer } from "../model/model-server.ts";
import { clientProgram, withoutClient } from "../real-client.ts";
import { acts, ends, runs } from "./act.ts";
import { codexScratch, codexStep } from "./codex-subject.ts";
import { openWorkspace, specIn } from "./scripted-subject.ts";
import { runAgent } from "./trial-run.ts";

/** What is true of Codex alone: its errors, and the ways round its door. */
describe.skipIf(clientProgram("codex") === undefined)(`the real Codex${withoutClient("codex")}`, () => {
  const runtime = codexRuntimeAt({ command: clientProgram("codex") ?? ["codex"] });
  let server: ModelServer;
  let place: ReturnType<typeof openWorkspace>;
  beforeEach(async () => {
    server = await startModelServer();
    place = openWorkspace();
  });
  afterEach(() => server.close());

  const home = (): string => join(place.folder, "home");
  const order = (steps: readonly ModelStep[]): AgentSpec => {
    server.play("story", ({ turn }) => steps[Math.min(turn, steps.length - 1)]);
    const spec = specIn(place.workspace);
    const environment = { ...spec.environment, ...codexScratch(home(), server.url) };
    return { ...spec, environment, prompt: scriptMark("story"), options: {} };
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

  it("fails with the class network where nobody answers, instead of waiting for ever", async () => {
    const spec = order([say("never")]);
    await server.close();
    const { ending } = await runAgent(runtime, spec).result;
    expect(ending).toMatchObject({ kind: "error", class: "network" });
  });

  it("goes on after an answer that was refused once", async () => {
    const steps = [fault(429, "slow down", { retryAfterSeconds: 0 }), codexStep(ends("in the end"))];
    const { ending, claim } = await runAgent(runtime, order(steps)).result;
    expect([ending, claim]).toEqual([{ kind: "completed" }, { kind: "done", summary: "in the end" }]);
    expect(server.requestsOf("story")).toHaveLength(2);
  });

  it("runs nothing that the repository configures, and writes no trust into the user's configuration", async () => {
    const spec = order([codexStep(ends())]);
    const config = readFileSync(join(home(), "config.toml"), "utf8");
    mkdirSync(join(place.workspace, ".codex"));
    const started = join(place.folder, "started");
    writeFileSync(
      join(place.workspace, ".codex", "config.toml"),
      `[mcp_servers.evil]\ncommand = "touch"\nargs = [${JSON.stringify(started)}]\n`,
    );
    expect((await runAgent(runtime, spec).result).ending).toEqual({ kind: "completed" });
    expect(existsSync(started)).toBe(false);
    expect(readFileSync(join(home(), "config.toml"), "utf8")).toBe(config);
  });

  it("ends a run whose client made a call without asking, where the door refuses that call", async () => {
    const spec = order([codexStep(acts(runs("touch unasked"))), codexStep(ends())]);
    mkdirSync(join(home(), "rules"));
    writeFileSync(
      join(home(), "rules", "default.rules"),
      'prefix_rule(pattern=["touch"], decision="allow")\n',
    );
    const refused = { allow: false, rule: "test:no", reason: "no" } as const;
    const run = runAgent(runtime, spec, { decide: () => refused });
    expect((await run.result).ending).toMatchObject({
      kind: "gate-missing",
      message: expect.stringContaining("touch unasked"),
    });
  });
});
