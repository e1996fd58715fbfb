import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  callTools,
  claudeScratch,
  clientProgram,
  createScratchRepository,
  type ModelScript,
  noteClientRan,
  say,
  scriptMark,
  type ScratchRepository,
  startModelServer,
  type ModelServer,
  withoutClient,
} from "@breakwater/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "breakwater-wave-"));
const bin = join(home, "bin");
const LONG = 240_000;
const claude = clientProgram("claude");
const TOOL = "mcp__plugin_breakwater_breakwater__";

const PLAN = `---
breakwater: 1
title: A number
agents: { default: host }
wall: "off"
enforcement: strict
---

## Wave 1: Impl-Core

### T1 Write src/a.js
- scope: \`src/a.js\`
- verify: \`node --check src/a.js\`
- done when: the file exports a number
`;
const SETTINGS =
  "# Project\n\n## Session Config\n\n- test-command: node --check src/a.js\n- typecheck-command: skip\n- lint-command: skip\n";

let server: ModelServer;
let scratch: ScratchRepository;
const children: ChildProcess[] = [];

beforeAll(() => {
  const made = spawnSync(process.execPath, [join(root, "scripts/bundle.mjs"), join(home, "dist")], {
    cwd: root,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`Bundling: ${made.stderr}`);
  cpSync(join(root, "packages/cli/package.json"), join(home, "package.json"));
  mkdirSync(bin);
  const program = join(bin, "breakwater");
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${join(home, "dist/main.cjs")} "$@"\n`);
  chmodSync(program, 0o755);
}, LONG);

afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeEach(async () => {
  server = await startModelServer();
  scratch = createScratchRepository({
    "src/a.js": "",
    "src/b.js": "",
    "AGENTS.md": SETTINGS,
    "plan.md": PLAN,
  });
  spawnSync(join(bin, "breakwater"), ["init", "--yes", "--no-run", "--tier=fast"], {
    cwd: scratch.root,
    env: environment(),
  });
  scratch.git("add", "-A", "-f", ".");
  scratch.git("commit", "-qm", "Set up");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await server.close();
  scratch.dispose();
});

const environment = (): Readonly<Record<string, string>> => ({
  ...claudeScratch(join(scratch.home, "client"), server.url),
  HOME: scratch.home,
  XDG_STATE_HOME: join(scratch.home, "state"),
  PATH: `${bin}:${process.env["PATH"]}`,
  LANG: "C.UTF-8",
});

function start(command: readonly string[]): {
  readonly ended: Promise<number | null>;
  readonly log: () => string;
} {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: scratch.root,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let log = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (chunk) => void (log += chunk));
  return { ended: new Promise((resolve) => child.on("close", resolve)), log: () => log };
}

type HandedOut = {
  readonly workspace: string;
  readonly ticket: string;
  readonly attempt: string;
  readonly prompt: string;
};

/** What `next` handed out, as the model reads it in the conversation. */
function handedOut(): HandedOut | undefined {
  for (const { body } of server.requestsOf("host").toReversed()) {
    for (const text of textsOf(body)) {
      if (!text.startsWith('{"dispatch":[{')) continue;
      return JSON.parse(text).dispatch[0];
    }
  }
  return undefined;
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** The host's model: asks `next` until something is there, hands it on word for word, and ends. */
const hostModel = (): ModelScript => {
  let delegated = false;
  return () => {
    const work = handedOut();
    if (delegated) return say("over");
    if (work === undefined) return callTools({ tool: `${TOOL}next`, input: {} });
    delegated = true;
    const prompt = `${work.prompt}\n${scriptMark("sub")}`;
    const input = { description: "Work", prompt, subagent_type: "general-purpose", run_in_background: false };
    return callTools({ tool: "Agent", input });
  };
};

/** The subagent's model: it makes itself known, strays by tool and past the hook, does its work, reports. */
let reported = false;
const subModel: ModelScript = ({ turn }) => {
  const work = handedOut();
  if (work === undefined) return say("nothing to do");
  const { workspace, ticket, attempt } = work;
  const write = (path: string, content: string): ReturnType<typeof callTools> =>
    callTools({ tool: "Write", input: { file_path: join(workspace, path), content } });
  if (turn === 0) return callTools({ tool: `${TOOL}brief`, input: { ticket } });
  if (turn === 1) return write("src/b.js", "no");
  // A busy machine may make the door refuse a call that it could not judge in time.
  if (readFileSync(join(workspace, "src/a.js"), "utf8") === "" && turn < 20)
    return write("src/a.js", "module.exports = 1;\n");
  if (reported) return say("over");
  reported = true;
  return callTools({ tool: `${TOOL}report`, input: { attempt, ticket, message: "STATUS: done — wrote it" } });
};

describe.skipIf(claude === undefined)(`A wave by subagents of Claude Code${withoutClient("claude")}`, () => {
  it(
    "is refused what lies out of the scope of the agent that calls, is audited, and lands",
    async () => {
      const go = start([join(bin, "breakwater"), "go", "plan.md", "--yes"]);
      server.play("host", hostModel());
      server.play("sub", subModel);
      const host = start([
        ...(claude ?? []),
        "-p",
        `Go on. ${scriptMark("host")}`,
        "--output-format=stream-json",
        "--verbose",
        "--permission-mode=acceptEdits",
        `--plugin-dir=${join(root, "plugins/claude")}`,
        `--add-dir=${join(scratch.home, "state")}`,
        `--allowedTools=${["next", "brief", "report"].map((name) => `${TOOL}${name}`).join(",")},Write,Read`,
      ]);
      expect({ code: await host.ended, log: host.log().slice(-2_000) }).toMatchObject({ code: 0 });
      expect({ code: await go.ended, log: go.log().slice(-2_000) }).toMatchObject({ code: 0 });
      noteClientRan("claude");
      const [session = ""] = readdirSync(join(scratch.root, ".orchestrator/sessions"));
      const status = spawnSync(join(bin, "breakwater"), ["status", session, "--json"], {
        cwd: scratch.root,
        env: environment(),
        encoding: "utf8",
      });
      const { board } = JSON.parse(status.stdout);
      expect(board).toMatchObject({ counts: { states: { done: 1 } } });
      expect(board.scope.denied).toBeGreaterThanOrEqual(1);
      expect(scratch.git("show", `${board.session.head}:src/a.js`)).toBe("module.exports = 1;\n");
      expect(scratch.git("show", `${board.session.head}:src/b.js`)).toBe("");
    },
    LONG,
  );
});
