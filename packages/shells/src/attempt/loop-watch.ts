import type { AgentEvent, ToolIntent } from "@breakwater/agents";
import {
  type AttemptEnding,
  nudgeText,
  parseScope,
  scopeAllows,
  type StagnationDetection,
  type StagnationWatch,
  type StreamEvent,
  stuckEvidence,
  stuckText,
  watchStagnation,
} from "@breakwater/core";
import { contentHashOf } from "./file-content.ts";
import type { AttemptOrder } from "./order.ts";
import { placeOf } from "../door/place.ts";
import type { Stagnation } from "./stagnation.ts";

/** What the host looked up or found out about loops, for the event file. */
export type LoopEvent =
  /** The content of a file, once before a write and once after it. */
  | { readonly kind: "content"; readonly path: string; readonly hash: string }
  | { readonly kind: "stagnation"; readonly detection: StagnationDetection };

/** What a watch may do to its attempt. */
export type LoopReactions = {
  readonly record: (event: LoopEvent) => void;
  /** Hands one message to the agent; resolves to whether it was taken. */
  readonly nudge: (text: string) => Promise<boolean>;
  /** Called once for each detection, when it is known what was done about it. */
  readonly tell: (stagnation: Stagnation) => void;
  /** Ends the attempt; `text` asks the agent to wrap up. */
  readonly stop: (ending: StuckEnding, text: string) => void;
  /** Whether the attempt is being ended already, for whatever reason; then there is nothing left to find. */
  readonly isOver: () => boolean;
  /** The folder over the workspace in which writes lie until the end, where there is one. */
  readonly layer: () => string | undefined;
};

export type StuckEnding = Extract<AttemptEnding, { readonly kind: "stuck" }>;

/**
 * Watches one attempt for loops (`docs/spec/stagnation.md`): feeds its events to the detectors, looks at the
 * files that it writes, and answers a detection.
 */
export class LoopWatch {
  readonly #order: AttemptOrder;
  readonly #reactions: LoopReactions;
  readonly #watch: StagnationWatch;
  readonly #timer: NodeJS.Timeout;
  /** Calls on their way that write, and the files written so far. */
  readonly #writing = new Map<string, readonly string[]>();
  readonly #written = new Set<string>();
  /** Nudges on their way to the agent. */
  readonly #untold = new Set<StagnationDetection>();

  constructor(order: AttemptOrder, reactions: LoopReactions) {
    this.#order = order;
    this.#reactions = reactions;
    this.#watch = watchStagnation({ workspace: order.workspace });
    this.#timer = setInterval(() => this.#take({ kind: "time" }), TICK_MS);
    this.#timer.unref();
  }

  /** Hears an event; `record` is called once, after what was looked up for it and before what follows from it. */
  hear(event: AgentEvent, record: () => void): void {
    if (!this.#off) for (const path of this.#touched(event)) this.#lookAt(path);
    record();
    this.#take(event);
  }

  /** The client printed something, whatever it means. */
  alive(): void {
    this.#take({ kind: "raw" });
  }

  /** Ends the watch; a message that nobody has taken by now is taken by nobody. */
  close(): void {
    clearInterval(this.#timer);
    for (const detection of this.#untold) this.#nudged(detection, false);
  }

  get #off(): boolean {
    return this.#order.stagnation === "off" || this.#reactions.isOver();
  }

  #take(event: StreamEvent): void {
    if (this.#off) return;
    const detection = this.#watch.hear(event, Date.now());
    if (detection === undefined) return;
    this.#reactions.record({ kind: "stagnation", detection });
    this.#answer(detection);
  }

  #answer(detection: StagnationDetection): void {
    const { level } = detection;
    if (level === "suspicion" || (level === "stop" && this.#order.stagnation === "nudge"))
      return this.#reactions.tell({ detection, response: "recorded" });
    if (level === "stop") {
      this.#reactions.tell({ detection, response: "stopped" });
      return this.#reactions.stop(this.#endingOf(detection), stuckText(detection));
    }
    this.#untold.add(detection);
    void this.#reactions.nudge(nudgeText(detection)).then((taken) => this.#nudged(detection, taken));
  }

  #nudged(detection: StagnationDetection, taken: boolean): void {
    if (this.#untold.delete(detection))
      this.#reactions.tell({ detection, response: taken ? "nudged" : "not-told" });
  }

  /** The files whose content matters at this event. */
  #touched(event: AgentEvent): readonly string[] {
    if (event.kind === "tool-intent" && isWrite(event.intent)) {
      const paths = event.intent.paths.slice(0, MOST_PATHS);
      if (this.#writing.size < MOST_CALLS) this.#writing.set(event.intent.call, paths);
      return paths;
    }
    if (event.kind === "denied") this.#writing.delete(event.intent.call);
    if (event.kind !== "tool-result") return [];
    const paths = this.#writing.get(event.call) ?? [];
    this.#writing.delete(event.call);
    return paths;
  }

  #lookAt(path: string): void {
    const hash = contentHashOf(path, { workspace: this.#order.workspace, layer: this.#reactions.layer() });
    if (hash === undefined) return;
    const place = placeOf(path, this.#order.workspace);
    if (place.kind === "inside" && this.#written.size < MOST_CALLS) this.#written.add(place.path);
    const event = { kind: "content", path, hash } as const;
    this.#reactions.record(event);
    this.#take(event);
  }

  #endingOf(detection: StagnationDetection): StuckEnding {
    const { pattern, file } = detection;
    const focus = file !== null && this.#isFocus(file) ? [file] : [];
    const ending = { kind: "stuck", pattern, evidence: stuckEvidence(detection) } as const;
    return focus.length === 0 ? ending : { ...ending, focus };
  }

  /**
   * The next attempt may write the focus and nothing else, so it must be a file that this one tried to write
   * and was allowed to: no loop may lead an agent out of its scope, and none that only reads may bind it.
   */
  #isFocus(file: string): boolean {
    const { scope } = this.#order;
    if (scope.kind !== "write" || !this.#written.has(file) || /[*?[\]{}!\\]/u.test(file)) return false;
    const parsed = parseScope(scope.globs);
    return parsed.ok && scopeAllows(parsed.value, file).kind === "allowed";
  }
}

/** How often time passes where nothing else happens. */
const TICK_MS = 15_000;
const MOST_PATHS = 32;
const MOST_CALLS = 64;

function isWrite({ kind }: ToolIntent): boolean {
  return kind === "write" || kind === "delete";
}
