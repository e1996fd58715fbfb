import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { accept, decisionId, type Fact, replay, sessionId, taskId } from "@breakwater/core";
import { openJournal } from "@breakwater/node";
import { createScratchRepository, type ScratchRepository, trialSchedule } from "@breakwater/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { capturedPorts } from "../captured-run.ts";
import { commandInput } from "../command-input.ts";
import { GLOBAL_OPTIONS } from "../global-option.ts";
import { contextOf } from "../context-of.ts";
import { placeOf } from "../session/session-place.ts";
import { findSession } from "../session/session-store.ts";
import { serveMcp } from "./serve-mcp.ts";

const PLAN = `---\nbreakwater: 1\ntitle: T\nagents: { default: scripted }\nwal: preferred\n---\n`;

type Message = Readonly<Record<string, unknown>>;

/** A client of hand-written lines: what the protocol says, and nothing that a library would put right. */
class Client {
  readonly #input = new PassThrough();
  readonly #output = new PassThrough();
  readonly #waiting = new Map<unknown, (message: Message) => void>();
  ended: Promise<void> = Promise.resolve();
  /** The first line that the server writes for people. */
  readonly complaint: Promise<string>;
  #next = 1;
  #rest = "";
  /** Answers the server's own requests. */
  onRequest: (message: Message) => object = () => ({ action: "decline" });

  constructor(cwd: string, requests: boolean) {
    const { ports } = capturedPorts({ cwd });
    const options = new Map(GLOBAL_OPTIONS.map(({ name }) => [name, undefined]));
    const context = contextOf(commandInput({ arguments: new Map(), options }), ports);
    if (!context.ok) throw new Error(context.failure.message);
    const complaint = new Promise<string>((write) => {
      const stderr = { closed: false, write };
      this.ended = serveMcp(
        { ...context.value, stderr },
        { requests, input: this.#input, output: this.#output },
      );
    });
    this.complaint = complaint;
    this.#output.on("data", (chunk: Buffer) => this.#hear(chunk.toString()));
  }

  write(text: string): void {
    this.#input.write(text);
  }

  close(): void {
    this.#input.end();
    this.#input.destroy();
  }

  send(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  request(method: string, params: object = {}): Promise<Message> {
    const id = (this.#next += 1);
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.send({ id, method, params });
    return answer;
  }

  async open(capabilities: object = {}): Promise<Message> {
    const clientInfo = { name: "test", version: "1" };
    const answer = await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities,
      clientInfo,
    });
    this.send({ method: "notifications/initialized" });
    return answer;
  }

  /** Calls a tool; the text of its answer, and whether it is an error. */
  async call(
    name: string,
    input: object = {},
  ): Promise<{ readonly text: string; readonly isError: boolean }> {
    const { result, error } = await this.request("tools/call", { name, arguments: input });
    if (error !== undefined) return { text: JSON.stringify(error), isError: true };
    const { content, isError } = result as {
      readonly content: readonly { readonly text: string }[];
      readonly isError?: boolean;
    };
    return { text: content[0]?.text ?? "", isError: isError === true };
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const message: Message = JSON.parse(line);
      if ("method" in message && "id" in message)
        this.send({ id: message["id"], result: this.onRequest(message) });
      else this.#waiting.get(message["id"])?.(message);
    }
  }
}

let scratch: ScratchRepository;
const clients: Client[] = [];

beforeEach(() => {
  scratch = createScratchRepository({ "src/a.js": "1\n", "plan.md": PLAN });
});

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.close();
    await client.ended;
  }
  scratch.dispose();
});

async function open(requests = false, capabilities: object = {}): Promise<Client> {
  const client = new Client(scratch.root, requests);
  clients.push(client);
  await client.open(capabilities);
  return client;
}

const SESSION = sessionId("main-2026-01-02-0304");
const controlDir = (): string => join(scratch.root, ".orchestrator");

/** A stored session of one task with an open question, which no process holds. */
async function storeSession(): Promise<void> {
  const place = placeOf({ controlDir: controlDir() }, SESSION);
  mkdirSync(place.folder, { recursive: true });
  const schedule = trialSchedule([{ id: "T1", scope: ["src/**"], verify: "true" }], []);
  const base = {
    commit: scratch.git("rev-parse", "HEAD"),
    tree: scratch.git("rev-parse", "HEAD^{tree}"),
    branch: "main",
  };
  const settings = { unattended: false, acceptRed: [], memorySlots: 1, decisionTimeoutMs: 0 };
  const start = accept(replay([]), { type: "start", session: SESSION, schedule, base, settings } as never);
  if (!start.ok) throw new Error(start.failure.message);
  const option = (id: string): object => ({ id, label: id, consequence: `${id} it` });
  const asked = {
    type: "decision.asked",
    decision: decisionId("d1"),
    question: {
      subject: { kind: "agent-question", task: taskId("T1") },
      text: "Retry T1?",
      options: [option("retry"), option("drop")],
    },
  } as unknown as Fact;
  const opened = await openJournal({ path: place.journal, session: SESSION });
  if (!opened.ok) throw new Error(opened.failure.message);
  await opened.value.journal.append([...start.value, asked].map((fact) => ({ fact })));
  await opened.value.journal.close();
}

async function answerOfD1(): Promise<string | undefined> {
  const found = findSession({ controlDir: controlDir() }, undefined);
  return found.ok ? found.value.state.decisions.get(decisionId("d1"))?.answer?.option : found.failure.code;
}

describe("breakwater mcp", () => {
  it("offers reading alone, with closed schemas, unless requests are asked for", async () => {
    const names = async (requests: boolean): Promise<readonly string[]> => {
      const { result } = await (await open(requests)).request("tools/list");
      const { tools } = result as {
        readonly tools: readonly {
          readonly name: string;
          readonly inputSchema: { readonly additionalProperties: boolean };
          readonly annotations: { readonly readOnlyHint: boolean };
        }[];
      };
      expect(tools.length).toBeLessThanOrEqual(8);
      for (const { name, inputSchema, annotations } of tools) {
        expect([name, inputSchema.additionalProperties]).toEqual([name, false]);
        expect([name, annotations.readOnlyHint]).toEqual([
          name,
          !["decision", "next", "report"].includes(name),
        ]);
      }
      return tools.map(({ name }) => name);
    };
    expect(await names(false)).toEqual(["status", "lint", "brief", "scope_check", "gate"]);
    expect((await names(true)).slice(5)).toEqual(["decision", "next", "report"]);
  });

  it("says what waits in a session, its task with the whole prompt, and its gates", async () => {
    await storeSession();
    const client = await open();
    expect(JSON.parse((await client.call("status")).text)).toMatchObject({
      board: { counts: { planned: 1 } },
      attention: [{ id: "d1" }, {}],
    });
    const brief: unknown = JSON.parse((await client.call("brief", { task: "T1" })).text);
    expect(brief).toMatchObject({ task: "T1", scope: { globs: ["src/**"] } });
    expect(brief).toHaveProperty("prompt", expect.stringContaining("STATUS:"));
    expect((await client.call("gate")).isError).toBe(false);
  });

  it("judges a plan with its places, and a path by a scope or by a task's", async () => {
    await storeSession();
    const client = await open();
    expect(JSON.parse((await client.call("lint", { file: "plan.md" })).text)).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([expect.objectContaining({ code: "BW102", line: 5 })]),
    });
    const verdict = async (input: object): Promise<unknown> =>
      JSON.parse((await client.call("scope_check", input)).text).verdict.kind;
    expect(await verdict({ path: "src/a.js", task: "T1" })).toBe("allowed");
    expect(await verdict({ path: "test/a.js", task: "T1" })).not.toBe("allowed");
    expect(await verdict({ path: "src/a.js", entries: [] })).not.toBe("allowed");
  });

  it("answers with a code and a way out where there is no session, task or question", async () => {
    const client = await open(true);
    expect(await client.call("status")).toMatchObject({
      isError: true,
      text: expect.stringContaining("BW770"),
    });
    await storeSession();
    expect(await client.call("brief", { task: "T11" })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/BW771[^]*T1/u),
    });
    expect(await client.call("decision", { question: "d2" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("Open: d1"),
    });
  });

  it("reads no file outside of the checkout, through links neither", async () => {
    symlinkSync("/etc", join(scratch.root, "out"));
    const client = await open();
    for (const file of ["../x.md", "/etc/passwd", "out/passwd", "out/none", "a/../../x"])
      expect(await client.call("lint", { file })).toMatchObject({
        isError: true,
        text: expect.stringContaining("BW792"),
      });
  });

  it("refuses inputs of another shape or size and serves the next call", async () => {
    await storeSession();
    const client = await open();
    for (const input of [
      { path: "x".repeat(5_000), entries: [] },
      { path: "a", entries: Array.from({ length: 300 }, () => "a") },
      { path: 7 },
      { path: "a", extra: true },
      {},
    ])
      expect((await client.call("scope_check", input)).isError).toBe(true);
    client.write("this is no message\n{}\n[]\n");
    expect((await client.call("status")).isError).toBe(false);
  });

  it("ends where one message is longer than a megabyte", async () => {
    const client = await open();
    client.write("x".repeat(1_100_000));
    expect(await client.complaint).toContain("mcp: ");
  });
});

describe("The tool decision", () => {
  it("asks the person in the host's form and hands the answer to the session", async () => {
    await storeSession();
    const client = await open(true, { elicitation: {} });
    let shown = "";
    client.onRequest = ({ method, params }) => {
      shown = JSON.stringify({ method, params });
      return { action: "accept", content: { option: "drop" } };
    };
    const answer = await client.call("decision", { question: "d1" });
    expect(JSON.parse(answer.text)).toMatchObject({ option: "drop", reached: "stored", facts: 1 });
    expect(shown).toContain("elicitation/create");
    expect(shown).toContain("Retry T1?");
    expect(await answerOfD1()).toBe("drop");
  });

  it("takes no answer from the model, none that the person declined and none that was not offered", async () => {
    await storeSession();
    const client = await open(true, { elicitation: {} });
    expect((await client.call("decision", { question: "d1", option: "drop" })).isError).toBe(true);
    expect(await client.call("decision", { question: "d1" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("BW793"),
    });
    client.onRequest = () => ({ action: "accept", content: { option: "push" } });
    expect((await client.call("decision", { question: "d1" })).isError).toBe(true);
    expect(await answerOfD1()).toBeUndefined();
  });

  it("tells the command where the host has no form", async () => {
    await storeSession();
    const client = await open(true);
    expect(await client.call("decision", { question: "d1" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("breakwater answer d1 retry"),
    });
    expect(await answerOfD1()).toBeUndefined();
  });
});
