import type { CoordinatorLine } from "./coordinator-line.ts";
import type { AttemptMeter } from "./meter.ts";

/** Tells coordinators about progress, at once and then at most four times a second. */
export class ProgressReporter {
  readonly #line: CoordinatorLine;
  readonly #meter: AttemptMeter;
  #timer: NodeJS.Timeout | undefined;
  #changed = false;

  constructor(line: CoordinatorLine, meter: AttemptMeter) {
    this.#line = line;
    this.#meter = meter;
  }

  changed(): void {
    this.#changed = true;
    if (this.#timer === undefined) this.#tell();
  }

  /** Tells what was not told yet, and then nothing more. */
  stop(): void {
    this.#tell();
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    if (!this.#changed) return;
    this.#changed = false;
    const { usage, now, session } = this.#meter;
    this.#line.progressed(usage, now, session);
    this.#timer = setTimeout(() => this.#tell(), 250);
  }
}
