import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Condition, FaultStep, FlowStep, Step, TalkStep } from "./script.ts";
import { playTool, runShell, writeIn } from "./play-tool.ts";
import type { Stage, StepEnd } from "./stage.ts";
import { waitAt } from "./wait-point.ts";

/**
 * Plays steps in order until one ends the run or a message interrupts it. `place` names the list in its
 * script; a step that was done in the same conversation before is not done again.
 */
export async function playSteps(stage: Stage, steps: readonly Step[], place: string): Promise<StepEnd> {
  for (const [index, step] of steps.entries()) {
    if (stage.interrupted.aborted) return "interrupted";
    const end = await playOnce(stage, step, `${place}/${index}`);
    if (end !== "played") return end;
  }
  return stage.interrupted.aborted ? "interrupted" : "played";
}

/** What was begun is over, but for a call whose result nobody saw: it is made again, as an agent would. */
async function playOnce(stage: Stage, step: Step, place: string): Promise<StepEnd> {
  const { conversation } = stage;
  if (step.verb === "loop" || step.verb === "if" || step.verb === "report")
    return playStep(stage, step, place);
  const mark = conversation.of(place);
  if (mark !== undefined && (mark.ended === true || !isTool(step))) {
    if (step.verb === "say") stage.memory.lastSaid = step.text;
    return "played";
  }
  conversation.mark(place, {});
  const end = await playStep(stage, step, place);
  if (isTool(step)) conversation.mark(place, { ended: true });
  return end;
}

function isTool({ verb }: Step): boolean {
  return ["write", "edit", "delete", "read", "shell"].includes(verb);
}

async function playStep(stage: Stage, step: Step, place: string): Promise<StepEnd> {
  switch (step.verb) {
    case "write":
    case "edit":
    case "delete":
    case "read":
    case "shell":
      await playTool(stage, step);
      return "played";
    case "say":
    case "ask":
    case "turn":
    case "spend":
    case "report":
      return talk(stage, step);
    case "sleep":
    case "wait":
    case "listen":
    case "loop":
    case "if":
      return flow(stage, step, place);
    case "smuggle":
    case "sneak":
    case "crash":
    case "hang":
    case "ignore-signals":
    case "exit":
    case "flood":
    case "provider-error":
      return misbehave(stage, step);
  }
}

function talk(stage: Stage, step: TalkStep): StepEnd {
  switch (step.verb) {
    case "say":
      stage.memory.lastSaid = step.text;
      stage.line.tell({ kind: "said", text: step.text });
      return "played";
    case "ask":
      stage.line.tell({ kind: "question", text: step.question });
      return "played";
    case "turn":
      stage.line.tell({ kind: "turn" });
      return "played";
    case "spend": {
      const { verb: _, ...delta } = step;
      stage.line.tell({ kind: "usage", delta });
      return "played";
    }
    case "report": {
      const message = lastMessage(step);
      stage.line.tell({ kind: "said", text: message });
      stage.line.end({ message });
      return "ended";
    }
  }
}

/** The last message in the form that prompts ask for, so that a script is read like any agent. */
function lastMessage(step: Extract<TalkStep, { verb: "report" }>): string {
  const findings =
    step.findings.length === 0 ? "" : `\`\`\`findings\n${JSON.stringify(step.findings)}\n\`\`\`\n`;
  const review = step.review === undefined ? "" : `\`\`\`review\n${JSON.stringify(step.review)}\n\`\`\`\n`;
  if (step.claim === "missing") return `${findings}${review}${step.text}`;
  const remaining = step.claim === "partial" ? ` | REMAINING: ${step.remaining}` : "";
  return `${findings}${review}STATUS: ${step.claim} — ${step.text}${remaining}`;
}

async function flow(stage: Stage, step: FlowStep, place: string): Promise<StepEnd> {
  switch (step.verb) {
    case "sleep":
      await pause(step.ms, stage.interrupted);
      return "played";
    case "wait":
      return waitFor(stage, step.name);
    case "listen":
      await Promise.race([stage.inbox.next(), untilAborted(stage.interrupted)]);
      return "played";
    case "loop":
      for (let n = 0; n < step.times; n += 1) {
        // A loop without a waiting step must still let messages and signals in.
        await new Promise((next) => setImmediate(next));
        const end = await playSteps(stage, step.steps, `${place}#${n}`);
        if (end !== "played") return end;
      }
      return "played";
    case "if":
      return holdsOnce(stage, step.condition, place)
        ? playSteps(stage, step.steps, `${place}/then`)
        : playSteps(stage, step.otherwise, `${place}/else`);
  }
}

async function waitFor(stage: Stage, name: string): Promise<StepEnd> {
  const { steering, attempt } = stage.begin;
  const released = steering !== undefined && (await waitAt(steering, { name, attempt }, stage.interrupted));
  if (released || stage.interrupted.aborted) return "played";
  const message = `the wait "${name}" was not released: no steering socket answered`;
  stage.line.end({ message: "", error: { class: "script", message } });
  return "ended";
}

/** What was seen of a file is remembered; which attempt it is, is asked anew. */
function holdsOnce(stage: Stage, condition: Condition, place: string): boolean {
  if (condition.kind !== "file") return holds(stage, condition);
  const known = stage.conversation.of(place)?.holds;
  if (known !== undefined) return known;
  const seen = holds(stage, condition);
  stage.conversation.mark(place, { holds: seen });
  return seen;
}

function holds(stage: Stage, condition: Condition): boolean {
  switch (condition.kind) {
    case "attempt":
      return condition.numbers.includes(Number(/\d+$/.exec(stage.begin.attempt)?.[0]));
    case "round":
      return condition.numbers.includes(stage.begin.round);
    case "file":
      return fileHolds(resolve(stage.workspace, condition.path), condition.contains ?? "");
  }
}

function fileHolds(path: string, text: string): boolean {
  try {
    return readFileSync(path, "utf8").includes(text);
  } catch {
    return false;
  }
}

async function misbehave(stage: Stage, step: FaultStep): Promise<StepEnd> {
  switch (step.verb) {
    case "smuggle":
      writeIn(stage, step.path, step.content);
      return "played";
    case "sneak":
      await runShell(stage, step.command);
      return "played";
    case "crash":
      process.kill(process.pid, "SIGKILL");
      return untilAborted(new AbortController().signal);
    case "hang":
      stage.memory.stubborn = true;
      return untilAborted(stage.interrupted);
    case "ignore-signals":
      stage.memory.stubborn = true;
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
      return "played";
    case "exit":
      return process.exit(step.code);
    case "flood":
      await flood(step.bytes);
      return "played";
    case "provider-error": {
      const { verb: _, ...error } = step;
      stage.line.end({ message: "", error });
      return "ended";
    }
  }
}

async function flood(bytes: number): Promise<void> {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  for (let left = bytes; left > 0; left -= chunk.length) {
    await new Promise((next) => process.stdout.write(chunk.subarray(0, left), next));
  }
  process.stdout.write("\n");
}

function pause(ms: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    interrupted.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
  });
}

/** Keeps the process alive until the signal, which may never come. */
function untilAborted(signal: AbortSignal): Promise<StepEnd> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 2 ** 30);
    const end = (): void => resolve((clearInterval(alive), "interrupted"));
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { once: true });
  });
}
