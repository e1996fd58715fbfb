import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ToolIntent } from "../contract.ts";
import type { ToolStep } from "./script.ts";
import { askByHook } from "./ask-by-hook.ts";
import type { Stage } from "./stage.ts";

/** Announces a tool call, carries it out if the door allows it, and reports its result in any case. */
export async function playTool(stage: Stage, step: ToolStep): Promise<void> {
  const { hook } = stage.begin;
  const answer =
    hook === undefined ? await stage.line.ask(intentOf(step)) : await askByHook(stage, step, hook);
  const outcome = answer.allow
    ? await carryOut(stage, step)
    : { ok: false, output: `Refused: ${answer.reason}` };
  stage.line.tell({ kind: "tool-result", call: answer.call, ...outcome });
}

/** Writes a file and the folders above it. */
export function writeIn(stage: Stage, path: string, content: string): void {
  const target = resolve(stage.workspace, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

type ToolOutcome = { readonly ok: boolean; readonly output: string };

const MOST_OUTPUT = 64 * 1024;

function intentOf(step: ToolStep): Omit<ToolIntent, "call"> {
  const { verb: tool } = step;
  switch (step.verb) {
    case "write":
      return writing(step.path, {
        tool,
        input: { path: step.path, content: step.content.slice(0, MOST_INPUT) },
      });
    case "edit": {
      const { path, find, replace } = step;
      return writing(path, { tool, input: { path, find, replace } });
    }
    case "delete":
      return { tool, kind: "delete", paths: [step.path], input: { path: step.path } };
    case "read": {
      const { path, offset } = step;
      return {
        tool,
        kind: "read",
        paths: [path],
        input: { path, ...(offset === undefined ? {} : { offset }) },
      };
    }
    case "shell":
      return { tool, kind: "exec", paths: [], command: step.command, input: { command: step.command } };
  }
}

function writing(path: string, call: Pick<ToolIntent, "tool" | "input">): Omit<ToolIntent, "call"> {
  return { ...call, kind: "write", paths: [path] };
}

const MOST_INPUT = 64 * 1024;

async function carryOut(stage: Stage, step: ToolStep): Promise<ToolOutcome> {
  try {
    return step.verb === "shell" ? await runShell(stage, step.command) : touchFile(stage, step);
  } catch (cause) {
    return { ok: false, output: cause instanceof Error ? cause.message : String(cause) };
  }
}

function touchFile(stage: Stage, step: Exclude<ToolStep, { readonly verb: "shell" }>): ToolOutcome {
  const target = resolve(stage.workspace, step.path);
  switch (step.verb) {
    case "write":
      writeIn(stage, step.path, step.content);
      return { ok: true, output: `wrote ${step.path}` };
    case "edit": {
      const text = readFileSync(target, "utf8");
      if (!text.includes(step.find)) return { ok: false, output: `${step.path} does not contain the text` };
      writeFileSync(
        target,
        text.replace(step.find, () => step.replace),
      );
      return { ok: true, output: `edited ${step.path}` };
    }
    case "delete":
      rmSync(target);
      return { ok: true, output: `deleted ${step.path}` };
    case "read":
      return { ok: true, output: partOf(readFileSync(target, "utf8"), step.offset).slice(0, MOST_OUTPUT) };
  }
}

/** The text from a line on. */
function partOf(text: string, offset = 0): string {
  return text.split("\n").slice(offset).join("\n");
}

/** Runs `sh -c` to its end. The shell runs in the player's own group, as the tools of real clients mostly do. */
export function runShell(stage: Stage, command: string): Promise<ToolOutcome> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], {
      cwd: stage.workspace,
      env: process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-MOST_OUTPUT));
    for (const pipe of [child.stdout, child.stderr]) pipe.on("data", keep).on("error", () => {});
    child.once("error", (cause) => resolve({ ok: false, output: cause.message }));
    // `exit` and not `close`: a program left in the background must not hold the player.
    child.once("exit", (code) => setImmediate(() => resolve({ ok: code === 0, output })));
    stage.interrupted.addEventListener("abort", () => child.kill(), { once: true });
  });
}
