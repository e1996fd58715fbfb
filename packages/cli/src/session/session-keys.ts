import { emitKeypressEvents } from "node:readline";
import type { ReadStream } from "node:tty";
import { attentionOf, type Request, type RunState } from "@breakwater/core";
import { actionOfKey } from "../terminal/key-map.ts";

/** What the keys of the live view reach. */
export type KeyTarget = {
  readonly state: () => RunState;
  readonly request: (request: Request) => void;
  readonly detach: () => void;
  readonly interrupt: () => void;
  readonly by: string;
};

type Key = { readonly name?: string; readonly sequence?: string; readonly ctrl?: boolean };

/** Reads single keys while a live view is open; returns how to stop. Ctrl-C interrupts as a signal would. */
export function listenToKeys(stdin: ReadStream, target: KeyTarget): () => void {
  const onKey = (text: string | undefined, key: Key): void => press(target, text ?? "", key);
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", onKey);
  stdin.resume();
  return () => {
    stdin.off("keypress", onKey);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

function press(target: KeyTarget, text: string, key: Key): void {
  if (key.ctrl === true && key.name === "c") return target.interrupt();
  const name = text === "" ? (key.name ?? "") : text;
  const action = actionOfKey(name);
  if (action === "detach") return target.detach();
  if (action === "answer") return answer(target, Number(name));
  if (action === "pause") pauseOrResume(target);
}

function pauseOrResume({ state, request, by }: KeyTarget): void {
  const paused = state().control.paused !== undefined;
  request(paused ? { type: "resume", by } : { type: "pause", by, reason: "asked in the live view" });
}

/** Digits answer the first question that waits. */
function answer({ state, request, by }: KeyTarget, digit: number): void {
  const [item] = attentionOf(state()).filter((each) => each.kind === "decision");
  const option = item?.options[digit - 1];
  const decision = [...state().decisions.values()].find((each) => each.id === item?.id);
  if (option !== undefined && decision !== undefined)
    request({ type: "answer", decision: decision.id, option: option.id, by });
}
