import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { CommandLine, JsonObject } from "@breakwater/agents";
import {
  replay,
  sessionId,
  type AgentRecord,
  type RecordedFact,
  type Request,
  type RunSettings,
  type RunState,
  type Schedule,
} from "@breakwater/core";
import {
  footprint,
  openRepository,
  readJournal,
  readLease,
  sendRequest,
  type Footprint,
  type InboxRequest,
  type Repository,
} from "@breakwater/node";
import { createScratchRepository, type ScratchFiles, type ScratchRepository } from "./scratch-repository.ts";
import { filesBelow, processesBelow } from "./session-evidence.ts";
import { startSessionProcess, type SessionEnd, type SessionProcess } from "./session-process.ts";
import { bundleEntry } from "./steering-entry.ts";

/** What a test wants of one process that holds the session. Without `schedule` the session is taken over. */
export type SessionOrder = {
  readonly schedule?: Schedule;
  readonly requests?: readonly Request[];
  readonly settings?: Partial<RunSettings>;
  /** What is known of the agents; nothing where it is absent. */
  readonly agents?: readonly AgentRecord[];
  readonly runtimeOptions?: Readonly<Record<string, unknown>>;
  /** The tracker of the project; none where it is absent. */
  readonly vcs?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, such as `setpriv` with its options. */
  readonly launcher?: readonly string[];
  /** As soon as there is a file of this name, the clock of the process is an hour behind. */
  readonly backwardsFrom?: string;
};

/** A session as its journal tells it. */
export type TrialStory = { readonly facts: readonly RecordedFact[]; readonly state: RunState };

export type TrialRun = SessionEnd & TrialStory;

/**
 * A session of a test: a real repository, and real processes that hold the session one after the other. All
 * that it makes lies in the folder `home` of its repository, also temporary files of its processes.
 */
export type SessionTrial = {
  readonly scratch: ScratchRepository;
  readonly repository: Repository;
  readonly journal: string;
  /** A folder of scripts; used where it holds a file. */
  readonly script: (name: string, steps: readonly object[]) => void;
  readonly start: (order: SessionOrder) => SessionProcess;
  /** Starts a process and waits until it has ended. */
  readonly run: (order: SessionOrder) => Promise<TrialRun>;
  readonly read: () => Promise<TrialStory>;
  /** Asks the process that holds the session; the code of a refusal, if there is one. */
  readonly ask: (request: InboxRequest) => Promise<string | undefined>;
  readonly footprint: () => Promise<Footprint>;
  /** A shell command for scripts that counts a start. */
  readonly counting: (id: string) => object;
  /** The starts counted so far, in order. */
  readonly counted: () => readonly string[];
  /** What a session that is over must not leave: worktrees, locks, processes, folders and temporary files. */
  readonly leftovers: () => readonly string[];
  readonly dispose: () => void;
};

const SESSION = sessionId("main-2026-01-01-0000");

/** Bundles the program that holds sessions from its module, which exports `runSessionProgram`. */
export async function bundleSessionProgram(module: string): Promise<CommandLine> {
  const text = `import { runSessionProgram } from ${JSON.stringify(module)};
runSessionProgram(process.argv.slice(2)).then((code) => process.stdout.write("", () => process.exit(code)));`;
  const { file } = await bundleEntry(text, dirname(module));
  return { file: process.execPath, args: [file] };
}

/** Opens a trial on a new repository with these files. */
export async function openSessionTrial(program: CommandLine, files: ScratchFiles): Promise<SessionTrial> {
  const scratch = createScratchRepository(files);
  const folders = foldersOf(scratch.home);
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const opened = await openRepository(scratch.root);
  if (!opened.ok) throw new Error(`Opening a trial: ${opened.failure.message}`);
  const repository = { ...opened.value, stateHome: join(folders.state, "breakwater", opened.value.id) };
  const folder = join(repository.controlDir, "sessions", SESSION);
  const counter = join(scratch.home, "starts");
  const journal = join(folder, "journal.ndjson");
  const start = (order: SessionOrder): SessionProcess => startHolder(program, scratch, order);
  const read = (): Promise<TrialStory> => readStory(journal);
  return {
    scratch,
    repository,
    journal,
    script: (name, steps) => writeFileSync(join(folders.scripts, `${name}.json`), JSON.stringify(steps)),
    start,
    run: async (order) => ({ ...(await start(order).ended), ...(await read()) }),
    read,
    ask: (request) => ask(repository, request),
    footprint: () => takeFootprint(repository),
    counting: (id) => ({ sneak: `echo ${id} >> '${counter}'` }),
    counted: () => (existsSync(counter) ? readFileSync(counter, "utf8").trim().split("\n") : []),
    leftovers: () => leftoversOf(scratch, folders),
    dispose: () => scratch.dispose(),
  };
}

type Folders = { readonly scripts: string; readonly state: string; readonly temporary: string };

function foldersOf(home: string): Folders {
  return { scripts: join(home, "scripts"), state: join(home, "state"), temporary: join(home, "tmp") };
}

let orders = 0;

function startHolder(program: CommandLine, scratch: ScratchRepository, order: SessionOrder): SessionProcess {
  const { schedule, requests = [], runtimeOptions, launcher = [], env, backwardsFrom, vcs } = order;
  const folders = foldersOf(scratch.home);
  const file = join(scratch.home, `order-${(orders += 1)}.json`);
  const settings = { unattended: true, acceptRed: [], memorySlots: 4, decisionTimeoutMs: 200 };
  const content = {
    root: scratch.root,
    session: SESSION,
    ...(schedule === undefined
      ? {}
      : { begin: { schedule, settings: { ...settings, ...order.settings }, agents: order.agents } }),
    requests,
    runtimeOptions: { scripts: folders.scripts, ...runtimeOptions },
    ...(backwardsFrom === undefined ? {} : { backwardsFrom }),
    ...(vcs === undefined ? {} : { vcs }),
  };
  writeFileSync(file, JSON.stringify(content));
  return startSessionProcess([...launcher, program.file, ...program.args, "session", file], {
    cwd: scratch.root,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: scratch.home,
      XDG_STATE_HOME: folders.state,
      TMPDIR: folders.temporary,
      LC_ALL: "C",
      ...env,
    },
  });
}

async function readStory(journal: string): Promise<TrialStory> {
  const facts: RecordedFact[] = [];
  const read = readJournal({ path: journal, onFacts: (block) => void facts.push(...block) });
  if (!read.ok) throw new Error(`Reading the journal of a trial: ${read.failure.message}`);
  return { facts, state: replay(facts) };
}

async function ask(repository: Repository, request: InboxRequest): Promise<string | undefined> {
  const lease = await readLease(join(repository.controlDir, "runtime", "lease"));
  if (!lease.ok) return lease.failure.code;
  const reply = await sendRequest(lease.value, request);
  return reply.ok ? undefined : reply.failure.code;
}

async function takeFootprint(repository: Repository): Promise<Footprint> {
  const taken = await footprint(repository, ".orchestrator");
  if (!taken.ok) throw new Error(`Taking a footprint: ${taken.failure.message}`);
  return taken.value;
}

function leftoversOf(scratch: ScratchRepository, { state, temporary }: Folders): readonly string[] {
  return [
    ...scratch.leftovers(),
    ...processesBelow(scratch.home),
    ...filesBelow(state).map((name) => `state: ${name}`),
    ...filesBelow(temporary).map((name) => `temporary: ${name}`),
  ];
}

/** Resolves as soon as a file is there. Its folder must exist. */
export function fileAppears(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === basename(file)) look();
    });
    const look = (): void => {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    };
    watcher.once("error", reject);
    look();
  });
}

/** The lines of a type that a process told. */
export function linesOfType(end: Pick<SessionEnd, "lines">, type: string): readonly JsonObject[] {
  return end.lines.filter((line) => line.type === type);
}
