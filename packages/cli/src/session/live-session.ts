import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ok, phaseOf, type RecordedFact, type Request, type Result, type RunState } from "@breakwater/core";
import { Coordinator, memoryJournal, type ClockPort, type JournalPort } from "@breakwater/engine";
import {
  acquireLease,
  endResidentGit,
  openGateCache,
  openInbox,
  openIssueDesk,
  openJournal,
  openWorkspaces,
  writeSessionRecords,
  sweepPrivateFolders,
  sweepWorkspaces,
  type CutTail,
  type Inbox,
  type IssueTracker,
  type LearningRule,
  type Lease,
  type Repository,
  type WorkspaceOptions,
} from "@breakwater/node";
import { localAttempts, localPerformer, type HostCommand, type LocalMachine } from "@breakwater/shells";
import { announcedInbox, removeDeadInbox } from "./dead-inbox.ts";
import { GlanceKeeper, type GlanceKeeperOptions } from "./glance-keeper.ts";
import { publishViews } from "./publish-views.ts";
import { recordStagnation, type StagnationRecorder } from "./record-stagnation.ts";
import type { SessionPlace } from "./session-place.ts";
import { isUnfinished, issueQueue, leaseFolder } from "./session-store.ts";
import { steadyClock } from "./steady-clock.ts";

/** What is needed to hold a session open in this process. */
export type LiveSessionOptions = {
  readonly repository: Repository;
  readonly place: SessionPlace;
  /** Relative to the root: where STATE.md and wave-scope.json go. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly now: () => number;
  /** False keeps the journal in memory: nothing can be resumed then. */
  readonly persistence: boolean;
  readonly workspaces: Pick<WorkspaceOptions, "root" | "setup" | "copy">;
  /** Options of agent runtimes, handed to each attempt. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** Names of variables that agent clients inherit. */
  readonly allowEnvironment: readonly string[];
  /** How the host of an attempt is started; this very program where it is absent. */
  readonly host?: HostCommand;
  /** How learnings fade and expire; as `writeSessionRecords` does by default where it is absent. */
  readonly learning?: LearningRule;
  /** The tracker of the project, where it has one. */
  readonly tracker?: IssueTracker;
  /** A person made sure that the former holder of the lease is gone. */
  readonly force?: boolean;
};

/** A session held open by this process: the only one that may write its journal. */
export type LiveSession = {
  readonly coordinator: Coordinator;
  /** All facts so far, in order; grows. */
  readonly facts: readonly RecordedFact[];
  /** What the journal had to cut off or leave aside when it was opened. */
  readonly notes: readonly string[];
  /** False where the session shall leave no file behind, neither state nor report. */
  readonly persistence: boolean;
  /** Writes the records of a session that is closed, once; BW779 where they cannot be written. */
  readonly record: () => Promise<Result<void>>;
  /** Ends checks and agents at once; for a second interrupt. */
  readonly abort: () => void;
  /** Aborted by `abort`. */
  readonly signal: AbortSignal;
  /** Lets go: the inbox closes, the lease is given back. Running attempts live on. Called once. */
  readonly close: () => Promise<void>;
};

/**
 * Takes the lease, opens the journal and puts the coordinator over this machine's ports. The coordinator is
 * not started. On failure nothing is held.
 */
export async function openLiveSession(options: LiveSessionOptions): Promise<Result<LiveSession>> {
  const { repository, place, force = false } = options;
  const folder = leaseFolder(repository);
  const inbox = await announcedInbox(folder);
  const lease = await acquireLease({ folder, session: place.id, force });
  if (!lease.ok) return lease;
  if (lease.value.takeover.from === "dead") await tidyAfterTheDead(inbox);
  const clock = steadyClock(options.now);
  const steady = { ...options, now: clock.now };
  const journal = await openFacts(steady, lease.value);
  if (!journal.ok) {
    await lease.value.release();
    return journal;
  }
  clock.raise(journal.value.facts.at(-1)?.at ?? 0);
  return ok(await hold(steady, lease.value, journal.value));
}

/** A coordinator that was killed could not take its own temporary places away. */
async function tidyAfterTheDead(inbox: Parameters<typeof removeDeadInbox>[0] | undefined): Promise<void> {
  if (inbox !== undefined) await removeDeadInbox(inbox);
  await sweepPrivateFolders();
}

type OpenFacts = {
  readonly port: JournalPort;
  /** Where the journal ends; absent where it is in memory. */
  readonly position?: GlanceKeeperOptions["position"];
  readonly facts: RecordedFact[];
  readonly notes: readonly string[];
  readonly close: () => Promise<unknown>;
};

async function openFacts(options: LiveSessionOptions, lease: Lease): Promise<Result<OpenFacts>> {
  const { place, now, persistence } = options;
  if (!persistence) {
    const facts: RecordedFact[] = [];
    const notes = ["persistence is off: this session cannot be resumed"];
    return ok({ port: memoryJournal(now), facts, notes, close: async () => {} });
  }
  await mkdir(place.folder, { recursive: true });
  const { acknowledged, holder } = lease.takeover;
  const opened = await openJournal({
    path: place.journal,
    session: place.id,
    now,
    guard: () => lease.check(),
    replace: lease.takeover.from === "forced",
    ...(holder?.session === place.id ? { acknowledged } : {}),
  });
  if (!opened.ok) return opened;
  const { journal, tail } = opened.value;
  lease.follow(() => journal.position.seq);
  const notes = tail === undefined ? [] : [tailNote(tail)];
  const facts = [...journal.facts()];
  return ok({ port: journal, position: () => journal.position, facts, notes, close: () => journal.close() });
}

function tailNote({ line, bytes, keptAt }: CutTail): string {
  return `the journal ended in the middle of line ${line}; ${bytes} bytes were moved to ${keptAt}`;
}

async function hold(options: LiveSessionOptions, lease: Lease, journal: OpenFacts): Promise<LiveSession> {
  const stop = new AbortController();
  const { facts, port } = journal;
  let current: () => RunState = () => coordinator.state;
  const machine = machineOf(options, { signal: stop.signal, state: () => current(), facts });
  const performer = localPerformer(machine);
  const coordinator = new Coordinator({ journal: port, clock: systemClock(options.now), performer }, facts);
  current = () => coordinator.state;
  const loops = loopsOf(options, facts);
  const glance = keeperOf(options, journal, current);
  coordinator.subscribe((recorded) => {
    facts.push(recorded);
    loops?.hear(recorded);
    glance?.hear();
  });
  const inbox = await openRequests(lease, coordinator);
  return {
    coordinator,
    facts,
    notes: journal.notes,
    signal: stop.signal,
    persistence: options.persistence,
    record: () => recordClosed(options, coordinator.state, lease),
    abort: () => {
      stop.abort();
      void machine.attempts.killAll();
    },
    close: async () => {
      coordinator.close();
      await machine.attempts.letGo();
      await inbox?.close();
      await machine.workspaces.close();
      if (!isUnfinished(coordinator.state)) await sweepWorkspaces(workspaceOptions(options));
      await loops?.settled();
      await journal.close();
      glance?.keep();
      await endResidentGit();
      await lease.release();
    },
  };
}

/** The lease of the session is the lock of the records: one session at a time is live in a checkout. */
async function recordClosed(
  { repository, persistence, learning }: LiveSessionOptions,
  state: RunState,
  lease: Lease,
): Promise<Result<void>> {
  if (!persistence || phaseOf(state).kind !== "closed") return ok(undefined);
  const lost = lease.check();
  if (lost !== undefined) return { ok: false, failure: lost };
  return writeSessionRecords(join(repository.controlDir, "metrics"), state, learning);
}

function keeperOf(
  { place, version, now }: LiveSessionOptions,
  { position }: OpenFacts,
  state: () => RunState,
): GlanceKeeper | undefined {
  return position && new GlanceKeeper({ place, program: version, now, state, position });
}

/** Nothing is written about a session that shall leave nothing behind. */
function loopsOf(
  { repository, place, persistence }: LiveSessionOptions,
  facts: readonly RecordedFact[],
): StagnationRecorder | undefined {
  if (!persistence) return undefined;
  return recordStagnation(join(repository.controlDir, "metrics", "events.jsonl"), place.id, facts);
}

function machineOf(
  options: LiveSessionOptions,
  parts: {
    readonly signal: AbortSignal;
    readonly state: () => RunState;
    readonly facts: readonly RecordedFact[];
  },
): LocalMachine {
  const { repository, place, env, now, stateDir, runtimeOptions } = options;
  const { signal, state } = parts;
  const workspaces = openWorkspaces(workspaceOptions(options));
  return {
    repository,
    session: place.id,
    folder: place.folder,
    workspaces,
    gateCache: openGateCache(join(repository.controlDir, "runtime", "gates")),
    attempts: localAttempts({
      session: place.id,
      repository,
      folder: place.folder,
      workspaces,
      state,
      runtimeOptions,
      allowEnvironment: options.allowEnvironment,
      ...(options.host === undefined ? {} : { host: options.host }),
    }),
    ...(options.tracker === undefined
      ? {}
      : { issues: openIssueDesk({ ...options.tracker, signal }, issueQueue(repository)) }),
    environment: env,
    state,
    publish: async (at) => {
      if (options.persistence) await publishViews({ root: repository.root, stateDir }, at);
    },
    signal,
    now,
  };
}

function workspaceOptions({ repository, place, workspaces }: LiveSessionOptions): WorkspaceOptions {
  return { repository, session: place.id, ...workspaces };
}

/** Other processes hand in requests here; without a socket they wait until this one has ended. */
async function openRequests(lease: Lease, coordinator: Coordinator): Promise<Inbox | undefined> {
  const inbox = await openInbox({
    token: lease.record.token,
    onRequest: async (request: Request) => {
      const answer = await coordinator.request(request);
      return answer.ok ? ok({ facts: answer.value.length }) : answer;
    },
  });
  if (!inbox.ok) return undefined;
  await lease.announce(inbox.value.socket);
  return inbox.value;
}

/** The longest delay that a timer of Node takes; later times are approached in steps. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

function systemClock(now: () => number): ClockPort {
  const wakeAt = (at: number, ring: () => void): (() => void) => {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const delay = Math.max(0, at - now());
      timer = setTimeout(() => (at <= now() ? ring() : arm()), Math.min(delay, LONGEST_DELAY_MS));
    };
    arm();
    return () => clearTimeout(timer);
  };
  return { now, wakeAt };
}
