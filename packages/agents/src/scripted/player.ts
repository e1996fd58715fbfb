import { Conversation } from "./conversation.ts";
import { ok, type Result } from "@breakwater/core";
import { findScript, type FoundScript } from "./find-script.ts";
import { HostLine } from "./host-line.ts";
import type { BeginMessage } from "./protocol.ts";
import { readScript } from "./read-script.ts";
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
  const conversation = Conversation.open(begin);
  if (conversation === undefined) {
    line.end({
      message: "",
      error: { class: "protocol", message: `there is no conversation ${begin.resume}` },
    });
    await written();
    return 1;
  }
  if (conversation.id !== undefined) line.tell({ kind: "session", id: conversation.id });
  line.tell({ kind: "turn" });
  const script = await scriptOf(begin, conversation);
  if (!script.ok) {
    line.tell({ kind: "said", text: script.failure.message });
    line.end({ message: "", error: { class: "script", message: script.failure.message } });
    await written();
    return 1;
  }
  conversation.play(script.value.text);
  const stage = openStage(begin, line, { script: script.value.script, conversation });
  // A client whose host died ends too, unless a step made it stubborn.
  void line.closed.then(() => (stage.memory.stubborn ? undefined : process.exit(1)));
  const code = await play(stage, script.value.script);
  await written();
  return code;
}

/** A conversation that is gone on with has its script; where another one is given, that one is played. */
async function scriptOf(begin: BeginMessage, { script: text }: Conversation): Promise<Result<FoundScript>> {
  const found = await findScript(begin);
  if (found.ok || found.failure.code !== "BW746" || text === undefined) return found;
  const script = readScript(text, "of the conversation");
  return script.ok ? ok({ script: script.value, text }) : script;
}

/** Whoever ends the process now loses nothing: a pipe takes what was printed some time after it was printed. */
function written(): Promise<void> {
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}

/** The place in a conversation at which a message had interrupted its script. */
const MESSAGE = "message";

async function play(stage: Stage, script: Script): Promise<number> {
  const told = stage.conversation.of(MESSAGE) !== undefined;
  let end = told ? "interrupted" : await playSteps(stage, script.steps, "steps");
  if (end === "interrupted" && script.onMessage !== undefined) {
    if (!told) stage.conversation.mark(MESSAGE, {});
    const deaf = { ...stage, interrupted: new AbortController().signal };
    end = await playSteps(deaf, script.onMessage, "on-message");
  }
  if (end !== "ended") stage.line.end({ message: stage.memory.lastSaid });
  return 0;
}
