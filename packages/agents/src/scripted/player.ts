import { findScript } from "./find-script.ts";
import { HostLine } from "./host-line.ts";
import { playSteps } from "./play-step.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Script } from "./script.ts";

/** The word by which an entry file is asked to be the player: `node ENTRY scripted-player`. */
export const PLAYER_VERB = "scripted-player";

/**
 * The scripted agent's client: reads its order from stdin, plays the script in the working directory and
 * resolves to its exit code. Runs in a process of its own, which it may kill.
 */
export async function runScriptedPlayer(): Promise<number> {
  const line = new HostLine(process.stdin);
  process.stdout.on("error", () => {});
  const begin = await line.begun;
  if (begin === undefined) return 1;
  line.tell({ kind: "turn" });
  const script = await findScript(begin);
  if (!script.ok) {
    line.tell({ kind: "said", text: script.failure.message });
    line.end({ message: "", error: { class: "script", message: script.failure.message } });
    await written();
    return 1;
  }
  const stage = openStage(begin, line, script.value);
  // A client whose host died ends too, unless a step made it stubborn.
  void line.closed.then(() => (stage.memory.stubborn ? undefined : process.exit(1)));
  const code = await play(stage, script.value);
  await written();
  return code;
}

/** Whoever ends the process now loses nothing: a pipe takes what was printed some time after it was printed. */
function written(): Promise<void> {
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}

async function play(stage: Stage, script: Script): Promise<number> {
  let end = await playSteps(stage, script.steps);
  if (end === "interrupted" && script.onMessage !== undefined) {
    end = await playSteps({ ...stage, interrupted: new AbortController().signal }, script.onMessage);
  }
  if (end !== "ended") stage.line.end({ message: stage.memory.lastSaid });
  return 0;
}
