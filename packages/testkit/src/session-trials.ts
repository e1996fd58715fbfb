import { fileURLToPath } from "node:url";
import type { CommandLine } from "@breakwater/agents";
import { bundleSessionProgram, openSessionTrial, type SessionTrial } from "./session-trial.ts";
import { openSteering, type Steering } from "./steering.ts";

/** Long enough for a whole session on a busy machine; milliseconds. */
export const PATIENCE = 300_000;

/** The hooks of the test runner, which this package does not depend on. */
export type TestHooks = {
  readonly beforeAll: (work: () => Promise<void>, timeoutMs: number) => unknown;
  readonly afterEach: (work: () => void | Promise<void>) => unknown;
};

/** The same with the hook that makes what every test needs anew. */
export type SteeredTestHooks = TestHooks & {
  readonly beforeEach: (work: () => Promise<void>) => unknown;
};

/** Opens sessions of the real program in scratch repositories with these files. */
export type SessionTrials = {
  readonly open: (files: Parameters<typeof openSessionTrial>[1]) => Promise<SessionTrial>;
};

/**
 * Bundles the program once for a file of tests, and looks after every session that a test opens: what it leaves
 * running or lying fails that test. `program` is the module of the program. To be called once, at the top of the file.
 */
export function useSessionTrials(program: URL, { beforeAll, afterEach }: TestHooks): SessionTrials {
  let command: CommandLine | undefined;
  const opened: SessionTrial[] = [];
  beforeAll(async () => {
    command = await bundleSessionProgram(fileURLToPath(program));
  }, PATIENCE);
  afterEach(() => {
    const left = opened.splice(0).flatMap((trial) => {
      const found = trial.leftovers();
      trial.dispose();
      return found;
    });
    if (left.length > 0) throw new Error(`Closing a trial: it left ${left.join(", ")}`);
  });
  return {
    open: async (files) => {
      if (command === undefined) throw new Error("Opening a trial: the program is not bundled yet");
      const trial = await openSessionTrial(command, files);
      opened.push(trial);
      return trial;
    },
  };
}

/** Sessions together with the hand on their agents; each test has a hand of its own. */
export type SteeredTrials = SessionTrials & { readonly steering: Omit<Steering, "close" | symbol> };

/** `useSessionTrials` for tests that steer their agents. The hand is there until every session is closed. */
export function useSteeredTrials(program: URL, { beforeEach, ...hooks }: SteeredTestHooks): SteeredTrials {
  let held: Steering | undefined;
  const hand = (): Steering => {
    if (held === undefined) throw new Error("Steering a trial: no test is running");
    return held;
  };
  // What is named first ends last.
  hooks.afterEach(async () => {
    await held?.close();
    held = undefined;
  });
  const trials = useSessionTrials(program, hooks);
  beforeEach(async () => {
    held = await openSteering();
  });
  return {
    ...trials,
    steering: {
      get path() {
        return hand().path;
      },
      arrived: (name, attempt) => hand().arrived(name, attempt),
      release: (name) => hand().release(name),
      arrivals: () => hand().arrivals(),
    },
  };
}
