import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScratchRepository, type ScratchRepository } from "@breakwater/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const packageFolder = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "breakwater-host-"));
const program = join(home, "dist", "main.cjs");
const LONG = 180_000;

const task = (id: string, file: string): string => `### ${id} Write ${file}
- scope: \`${file}\`
- verify: \`node --check ${file}\`
- done when: the file exports a number`;

const PLAN = `---
breakwater: 1
title: Two numbers
agents: { default: host }
wall: "off"
enforcement: strict
isolation: worktree
---

## Wave 1: Impl-Core

${task("T1", "src/a.js")}

${task("T2", "src/b.js")}
`;

const SETTINGS =
  "# Project\n\n## Session Config\n\n- test-command: node --check src/a.js\n- typecheck-command: skip\n- lint-command: skip\n";

/** The program as it is built: hosts start it as a command, and its hook too. */
beforeAll(() => {
  const made = spawnSync(
    process.execPath,
    [join(packageFolder, "../../scripts/bundle.mjs"), join(home, "dist")],
    {
      cwd: packageFolder,
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(`Bundling: ${made.stderr}`);
  cpSync(join(packageFolder, "package.json"), join(home, "package.json"));
}, LONG);

afterAll(() => rmSync(home, { recursive: true, force: true }));

let scratch: ScratchRepository;
const children: ChildProcess[] = [];

beforeEach(() => {
  scratch = createScratchRepository({
    "src/a.js": "",
    "src/b.js": "",
    "AGENTS.md": SETTINGS,
    "plan.md": PLAN,
  });
  breakwater(["init", "--yes", "--no-run", "--tier=fast"]);
  scratch.git("add", "-A", "-f", ".");
  scratch.git("commit", "-qm", "Set up");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  scratch.dispose();
});

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: scratch.home,
  XDG_STATE_HOME: join(scratch.home, "state"),
  LANG: "C.UTF-8",
});

function breakwater(
  words: readonly string[],
  input = "",
): { readonly code: number | null; readonly stdout: string } {
  const ended = spawnSync(process.execPath, [program, ...words], {
    cwd: scratch.root,
    env: environment(),
    input,
    encoding: "utf8",
  });
  return { code: ended.status, stdout: ended.stdout };
}

/** A call of a host's agent at the hook; "allowed", or what the agent is told. */
function hook(agent: string | undefined, tool: string, input: object): string {
  const payload = {
    session_id: "s",
    cwd: scratch.root,
    hook_event_name: "PreToolUse",
    tool_name: tool,
    tool_input: input,
    tool_use_id: "u",
    ...(agent === undefined ? {} : { agent_id: agent, agent_type: "general-purpose" }),
  };
  const { code, stdout } = breakwater(["hook", "--protocol", "claude"], JSON.stringify(payload));
  if (code === 0 && stdout === "") return "allowed";
  return `denied (${code}): ${stdout}`;
}

/** The end of an MCP server's pipe that a host holds. */
class Host {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    (message: { readonly result?: unknown; readonly error?: unknown }) => void
  >();
  #next = 0;
  #rest = "";

  constructor() {
    this.#child = spawn(process.execPath, [program, "mcp", "--requests"], {
      cwd: scratch.root,
      env: environment(),
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.push(this.#child);
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line);
        this.#waiting.get(message.id)?.(message);
      }
    });
  }

  request(method: string, params: object): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
    const id = (this.#next += 1);
    const answer = new Promise<{ readonly result?: unknown }>((resolve) => this.#waiting.set(id, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return answer;
  }

  async open(): Promise<this> {
    await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "host", version: "1" },
    });
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    return this;
  }

  async call(name: string, input: object = {}): Promise<string> {
    const { result, error } = await this.request("tools/call", { name, arguments: input });
    if (error !== undefined) return JSON.stringify(error);
    return (result as { readonly content: readonly { readonly text: string }[] }).content[0]?.text ?? "";
  }
}

type Dispatch = {
  readonly attempt: string;
  readonly workspace: string;
  readonly ticket: string;
  readonly prompt: string;
  readonly scope: object;
};

/** Asks `next` until it hands out what is waited for; each question is a round trip to another process. */
async function handedOut(host: Host, wanted: readonly string[]): Promise<readonly Dispatch[]> {
  for (;;) {
    const text = await host.call("next");
    const { dispatch = [], over } = text.startsWith("{") ? JSON.parse(text) : {};
    const found = wanted.map((attempt) => dispatch.find((each: Dispatch) => each.attempt === attempt));
    if (found.every((each) => each !== undefined)) return found;
    if (over === true) throw new Error(`The session is over: ${text}`);
  }
}

/** What a subagent does with a dispatch: it makes itself known. */
function introduce(agent: string, { ticket }: Dispatch): string {
  return hook(agent, "mcp__plugin_breakwater_breakwater__brief", { ticket });
}

function write(agent: string, file: string, content: string): string {
  const said = hook(agent, "Write", { file_path: file, content });
  if (said === "allowed") writeFileSync(file, content);
  return said;
}

describe("A wave in host-driven mode", () => {
  it(
    "is handed out, held to each agent's scope by its identity, audited, and lands",
    async () => {
      const go = spawn(process.execPath, [program, "go", "plan.md", "--yes", "--json"], {
        cwd: scratch.root,
        env: environment(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(go);
      let log = "";
      for (const pipe of [go.stdout, go.stderr]) pipe.on("data", (chunk) => void (log += chunk));
      const ended = new Promise<number | null>((resolve) => go.on("close", resolve));
      void ended.then((code) => code !== 0 && process.stderr.write(log.slice(-4_000)));

      const host = await new Host().open();
      const [one, two] = await handedOut(host, ["T1.1", "T2.1"]);
      if (one === undefined || two === undefined) throw new Error("nothing was handed out");
      expect(one.prompt).toContain("STATUS: done");
      expect(one.prompt).toContain(one.workspace);
      expect(one.scope).toMatchObject({ globs: ["src/a.js"] });

      // Nobody knows the agents yet.
      const [a, b] = [join(one.workspace, "src/a.js"), join(two.workspace, "src/b.js")];
      expect(write("agent-1", a, "no")).toContain("does not know this agent");
      expect(introduce("agent-1", { ...one, ticket: "0".repeat(32) })).toContain("denied");
      expect(introduce("agent-1", one)).toBe("allowed");
      expect(introduce("agent-2", two)).toBe("allowed");

      // Each by its own scope: the same file, another agent.
      expect(write("agent-1", a, "module.exports = 1;\n")).toBe("allowed");
      expect(write("agent-1", b, "no")).toContain("denied");
      expect(write("agent-1", join(one.workspace, "src/b.js"), "no")).toContain("denied");
      expect(write("agent-2", join(two.workspace, "src/a.js"), "no")).toContain("denied");
      expect(hook("agent-2", "Bash", { command: `cd ${two.workspace} && git push --force` })).toContain(
        "denied",
      );
      expect(write("agent-3", b, "no")).toContain("denied");
      expect(write("agent-2", b, "module.exports = 2;\n")).toBe("allowed");

      // What no hook saw is met by the audit.
      writeFileSync(join(two.workspace, "stray.txt"), "stray\n");
      const report = { attempt: one.attempt, ticket: one.ticket, message: "STATUS: done — wrote it" };
      expect(await host.call("report", { ...report, ticket: two.ticket })).toContain("is that of T2.1");
      expect(await host.call("next")).toContain("which has not reported");
      expect(await host.call("report", report)).toContain('"reported":true');
      const { attempt: _attempt, ...byTicket } = { ...report, ticket: two.ticket };
      expect(await host.call("report", byTicket)).toContain('"reported":true');

      const [again] = await handedOut(host, ["T2.2"]);
      if (again === undefined) throw new Error("T2 was not handed out again");
      expect(again.prompt).toContain("stray.txt");
      expect(write("agent-2", join(again.workspace, "src/b.js"), "no")).toContain("denied");
      expect(introduce("agent-4", again)).toBe("allowed");
      expect(write("agent-4", join(again.workspace, "src/b.js"), "module.exports = 3;\n")).toBe("allowed");
      await host.call("report", { ...report, attempt: again.attempt, ticket: again.ticket });

      expect(await ended).toBe(0);
      const { board } = JSON.parse(await host.call("status"));
      expect(board).toMatchObject({ counts: { states: { done: 2 } } });
      expect(board.scope.denied).toBeGreaterThanOrEqual(4);
      expect(board.scope.held).toBe(1);
      const head = board.session.head;
      expect(scratch.git("show", `${head}:src/a.js`)).toBe("module.exports = 1;\n");
      expect(scratch.git("show", `${head}:src/b.js`)).toBe("module.exports = 3;\n");
      expect(scratch.git("ls-tree", "--name-only", head)).not.toContain("stray.txt");
      expect(readFileSync(join(scratch.root, "src/a.js"), "utf8")).toBe("");
    },
    LONG,
  );
});
