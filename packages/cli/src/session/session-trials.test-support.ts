import { fileURLToPath } from "node:url";
import type { CommandLine } from "@breakwater/agents";
import { bundleSessionProgram, openSessionTrial, type SessionTrial } from "@breakwater/testkit";
import { afterEach, beforeAll, expect } from "vitest";

/** Long enough for a whole session on a busy machine; milliseconds. */
export const PATIENCE = 300_000;

/** Opens sessions of the real program in scratch repositories with these files. */
export type SessionTrials = {
  readonly open: (files: Parameters<typeof openSessionTrial>[1]) => Promise<SessionTrial>;
};

/**
 * Bundles the program once for a file of tests, and looks after every session that a test opens: what it leaves
 * running or lying fails that test. To be called once, at the top of the file.
 */
export function useSessionTrials(): SessionTrials {
  let program: CommandLine | undefined;
  const opened: SessionTrial[] = [];
  beforeAll(async () => {
    program = await bundleSessionProgram(
      fileURLToPath(new URL("session-program.test-support.ts", import.meta.url)),
    );
  }, PATIENCE);
  afterEach(() => {
    const left = opened.splice(0).flatMap((trial) => {
      const found = trial.leftovers();
      trial.dispose();
      return found;
    });
    expect(left).toEqual([]);
  });
  return {
    open: async (files) => {
      if (program === undefined) throw new Error("Opening a trial: the program is not bundled yet");
      const trial = await openSessionTrial(program, files);
      opened.push(trial);
      return trial;
    },
  };
}
