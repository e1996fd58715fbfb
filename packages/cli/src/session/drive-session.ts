import {
  attentionOf,
  automationResult,
  exitCodeOf,
  glanceOf,
  ok,
  phaseOf,
  type FailureExits,
  type Request,
  type RunState,
} from "@breakwater/core";
import { ReadStream } from "node:tty";
import type { CommandContext } from "../command-context.ts";
import { reportFailure } from "../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { jsonLine } from "../output/json-line.ts";
import type { LiveSession } from "./live-session.ts";
import { whoAsks } from "./person.ts";
import { writeReports } from "./publish-views.ts";
import { listenToKeys } from "./session-keys.ts";
import type { SessionPlace } from "./session-place.ts";
import { openSessionView, type SessionView } from "./session-view.ts";
import { statusLines } from "./status-text.ts";

/** How long running checks may take to end after an interrupt; milliseconds. */
const PATIENCE_MS = 10_000;

/** Exit codes of refusals at start and at close that are not 3 or 7. */
const EXITS: FailureExits = { BW461: EXIT.red };

/**
 * Starts the coordinator of an open session, asks `requests` of it in order, shows what happens and waits
 * until nothing more happens by itself. Then the reports are written, the session is let go, and the exit
 * code of its state is the answer. The first interrupt parks and saves, the second kills.
 */
export async function driveSession(
  live: LiveSession,
  place: SessionPlace,
  { context, requests }: { readonly context: CommandContext; readonly requests: readonly Request[] },
): Promise<ExitCode> {
  const drive = new Drive(live, context);
  try {
    const refused = await drive.begin(requests);
    if (refused !== undefined) return refused;
    const interrupted = await drive.untilRest();
    const { state } = live.coordinator;
    const written = live.persistence ? await writeReports(place, state, live.facts) : ok(undefined);
    const recorded = await live.record();
    drive.end();
    const { activity } = live.coordinator;
    // A broken journal says more about the disk than a report that it refuses as well.
    if (activity.kind === "broken") return reportFailure({ failure: activity.failure }, context);
    if (!written.ok) reportFailure({ failure: written.failure }, context);
    if (!recorded.ok) reportFailure({ failure: recorded.failure }, context);
    if (interrupted) return tellInterrupted(context);
    return conclude(state, context, written.ok ? written.value?.markdown : undefined);
  } finally {
    drive.end();
    await live.close();
  }
}

class Drive {
  readonly #live: LiveSession;
  readonly #context: CommandContext;
  readonly #view: SessionView;
  readonly #stopKeys: () => void;
  readonly #onSignal: () => void;
  #interrupt: () => void = () => {};
  #interrupts = 0;
  readonly #interrupted: Promise<void>;

  constructor(live: LiveSession, context: CommandContext) {
    this.#live = live;
    this.#context = context;
    this.#view = openSessionView(context);
    this.#interrupted = new Promise((resolve) => {
      this.#interrupt = resolve;
    });
    this.#onSignal = () => this.#onInterrupt();
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
    this.#stopKeys = this.#listen();
  }

  /** Takes over and asks; the exit code of a refusal, if there is one. */
  async begin(requests: readonly Request[]): Promise<ExitCode | undefined> {
    const { coordinator, notes } = this.#live;
    for (const note of notes) this.#view.note(note);
    coordinator.subscribe((recorded, state) => this.#view.tell(recorded, state));
    coordinator.start({ version: this.#context.version, name: `pid ${process.pid}` });
    for (const request of requests) {
      const answer = await coordinator.request(request);
      if (answer.ok) continue;
      this.end();
      return reportFailure({ failure: answer.failure }, this.#context);
    }
    return undefined;
  }

  /** Waits until the session is over or rests with nobody to ask; true when it was interrupted. */
  async untilRest(): Promise<boolean> {
    const { coordinator } = this.#live;
    for (;;) {
      const activity = await Promise.race([coordinator.idle(), this.#interrupted]);
      if (activity === undefined) {
        await this.#park();
        return true;
      }
      if (activity.kind !== "resting" || !this.#waitsForPerson()) return false;
      await Promise.race([this.#nextFact(), this.#interrupted]);
    }
  }

  end(): void {
    this.#stopKeys();
    this.#view.close();
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }

  /** In a terminal a question keeps the session open: it is answered there or from another one. */
  #waitsForPerson(): boolean {
    return this.#context.interactive && attentionOf(this.#live.coordinator.state).length > 0;
  }

  #nextFact(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#live.coordinator.subscribe(() => {
        stop();
        resolve();
      });
    });
  }

  #onInterrupt(): void {
    this.#interrupts += 1;
    if (this.#interrupts === 1) {
      this.#view.note("interrupted: nothing new starts; saving (once more to stop everything at once)");
      this.#interrupt();
      return;
    }
    this.#live.abort();
  }

  /** Nothing new starts; checks that run may end, and agents finish within their own limits. */
  async #park(): Promise<void> {
    const { coordinator } = this.#live;
    await coordinator.request({ type: "pause", by: "interrupt", reason: "interrupted" });
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
    const aborted = new Promise((resolve) =>
      this.#live.signal.addEventListener("abort", resolve, { once: true }),
    );
    await Promise.race([coordinator.idle(), patience, aborted]);
  }

  #listen(): () => void {
    const { stdin } = process;
    if (this.#context.output !== "tty" || !this.#context.interactive || !(stdin instanceof ReadStream))
      return () => {};
    const { coordinator } = this.#live;
    return listenToKeys(stdin, {
      state: () => coordinator.state,
      request: (request) => void coordinator.request(request),
      detach: () => this.#view.detach(),
      interrupt: () => this.#onInterrupt(),
      by: whoAsks(),
    });
  }
}

function tellInterrupted(context: CommandContext): ExitCode {
  context.stderr.write("saved; go on with: breakwater resume\n");
  return EXIT.interrupted;
}

function conclude(state: RunState, context: CommandContext, report: string | undefined): ExitCode {
  const exit = exitCodeOf(state, EXITS);
  const glance = glanceOf(state, context.now().getTime());
  if (context.output === "json") {
    const fields = {
      session: state.session?.id,
      phase: phaseOf(state).kind,
      exit: exit.code,
      reason: exit.reason,
      report,
    };
    const automation = automationResult(state);
    context.stdout.write(
      jsonLine("session.result", { ...fields, board: glance.board, next: glance.next, automation }),
    );
    return exit.code;
  }
  for (const failure of state.session?.refused ?? []) reportFailure({ failure }, context);
  if (state.close.refused !== undefined && state.close.advanced === undefined) {
    reportFailure({ failure: state.close.refused }, context);
  }
  const lines = statusLines(glance, context);
  context.stdout.write(
    `${lines.join("\n")}\n report  ${report ?? "not written"}\n exit    ${exit.code}: ${exit.reason}\n`,
  );
  return exit.code;
}
