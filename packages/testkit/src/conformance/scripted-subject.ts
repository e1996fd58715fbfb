import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptedRuntime, type AgentSpec, type CommandLine } from "@breakwater/agents";
import { attemptId, taskId } from "@breakwater/core";
import { openSteering, type Steering } from "../steering.ts";
import type { ActTurn, AgentAct } from "./act.ts";
import type { ConformanceStage, ConformanceSubject } from "./subject.ts";

/** The scripted runtime as a subject; `player` is the program that plays, as `bundleAttemptEntry` makes it. */
export function scriptedSubject(player: () => CommandLine): ConformanceSubject {
  return {
    runtime: scriptedRuntime,
    open: async () => openStage(player(), await openSteering()),
    strangeLine: JSON.stringify({ kind: "never-heard-of", n: 1 }),
    unstartable: { options: { player: { file: "/nonexistent/player" } } },
    usagePerTurn: { inputTokens: 7, outputTokens: 3 },
  };
}

function openStage(player: CommandLine, steering: Steering): ConformanceStage {
  const { folder, workspace } = openWorkspace();
  const scripts = join(folder, "scripts");
  mkdirSync(scripts);
  const options = {
    player: { file: player.file, args: [...player.args, "scripted-player"] },
    steering: steering.path,
    scripts,
    conversations: join(folder, "conversations"),
  };
  return {
    workspace,
    spec: (turns) => {
      writeFileSync(join(scripts, "T1.json"), JSON.stringify(turns.flatMap(stepsOf)));
      return { ...specIn(workspace), prompt: "Play your script.", options };
    },
    held: async (name) => void (await steering.arrived(name)),
    release: (name) => steering.release(name),
    close: async () => {
      await steering.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder for one run: the workspace with its one file, and room beside it for what a client keeps. */
export function openWorkspace(): { readonly folder: string; readonly workspace: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "conformance-")));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  writeFileSync(join(workspace, "README.md"), "# A workspace\n");
  return { folder, workspace };
}

/** The parts of an order that no subject cares about. */
export function specIn(workspace: string): Omit<AgentSpec, "prompt" | "options"> {
  const PATH = process.env["PATH"] ?? "";
  return { attempt: attemptId(taskId("T1"), 1), workspace, environment: { PATH, HOME: workspace } };
}

function stepsOf(turn: ActTurn, at: number): readonly object[] {
  const opening = at === 0 ? [] : [{ turn: true }];
  const spent = { spend: { inputTokens: 7, outputTokens: 3 } };
  switch (turn.turn) {
    case "calls":
      return [...opening, spent, ...turn.acts.map(stepOf)];
    case "end":
      return [...opening, spent, { say: turn.text }];
    case "hold":
      return [{ wait: turn.name }, ...stepsOf(turn.then, at)];
  }
}

function stepOf(act: AgentAct): object {
  switch (act.act) {
    case "write":
      return { write: act.path, content: act.content };
    case "edit":
      return { edit: act.path, find: act.find, replace: act.replace };
    case "read":
      return { read: act.path };
    case "shell":
      return { shell: act.command };
  }
}
