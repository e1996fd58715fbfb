import { join } from "node:path";
import { rmSync } from "node:fs";
import { claudeRuntime, type AgentResult } from "@breakwater/agents";
import { describe, expect, it, vi } from "vitest";
import { scriptMark, startModelServer } from "../../model/model-server.ts";
import { callTools, type ModelStep, say } from "../../model/model-step.ts";
import { clientProgram, clientsFolder, withoutClient } from "../../real-client.ts";
import { claudeScratch } from "../claude-subject.ts";
import { openWorkspace, specIn } from "../scripted-subject.ts";
import { runAgent } from "../trial-run.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

const report = (input: object): ModelStep => callTools({ tool: "StructuredOutput", input: { ...input } });
const MADE = report({ status: "done", summary: "made it" });

/** The first answer is the report, and a message arrives while it is made; `then` answers all further requests. */
async function steeredAtReport(then: ModelStep): Promise<AgentResult & { readonly requests: number }> {
  const server = await startModelServer();
  const { folder, workspace } = openWorkspace();
  try {
    server.play("story", ({ turn }) => (turn === 0 ? { kind: "hold", name: "last", then: MADE } : then));
    const spec = specIn(workspace);
    const run = runAgent(claudeRuntime, {
      ...spec,
      prompt: `Do it. ${scriptMark("story")}`,
      environment: { ...spec.environment, ...claudeScratch(join(folder, "home"), server.url) },
      options: {},
    });
    await server.held("last");
    await run.agent.steer?.("a word from the host");
    server.release("last");
    return { ...(await run.result), requests: server.requestsOf("story").length };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(clientProgram("claude") === undefined)(
  `a message to Claude that arrives while it makes its report${withoutClient("claude")}`,
  () => {
    it.each([
      ["then only talks", say("Understood, nothing to add.")],
      ["then makes reports that are none", report({ status: "maybe" })],
    ])("takes nothing from the report where the model %s", async (_, then) => {
      const result = await steeredAtReport(then);
      expect(result.ending).toEqual({ kind: "completed" });
      expect(result.claim).toEqual({ kind: "done", summary: "made it" });
    });

    it.each([
      ["by schema", report({ status: "partial", summary: "less", remaining: "more" })],
      ["in words", say("STATUS: partial — less | REMAINING: more")],
    ])("gives way to a report %s that the model makes because of it", async (_, then) => {
      const result = await steeredAtReport(then);
      expect(result.claim).toEqual({ kind: "partial", summary: "less", remaining: "more" });
    });
  },
);
