import { glanceOf, type RunState } from "@breakwater/core";
import { keepGlance } from "./kept-glance.ts";
import type { SessionPlace } from "./session-place.ts";

/** How long no fact may come before the glance is kept; milliseconds. */
const QUIET_MS = 300;

export type GlanceKeeperOptions = {
  readonly place: SessionPlace;
  readonly program: string;
  readonly now: () => number;
  readonly state: () => RunState;
  /** The last durable fact of the journal, and the length of the file behind it. */
  readonly position: () => { readonly seq: number; readonly offset: number };
};

/** Keeps the glance of a live session up to date, whenever it has been quiet for a moment and at its end. */
export class GlanceKeeper {
  readonly #options: GlanceKeeperOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GlanceKeeperOptions) {
    this.#options = options;
  }

  /** A fact came: what is kept is out of date. */
  hear(): void {
    this.#timer ??= setTimeout(() => this.keep(), QUIET_MS).unref();
    this.#timer.refresh();
  }

  /** Keeps the glance as it is now. Never throws: without it a look takes a little longer. */
  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { place, program, now, state, position } = this.#options;
    const { seq, offset } = position();
    const folded = state();
    if (folded.position !== seq) return;
    try {
      keepGlance(place, glanceOf(folded, now()), { program, bytes: offset });
    } catch {
      // A full disk is told by the journal.
    }
  }
}
