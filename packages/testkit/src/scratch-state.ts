import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ScratchRepository } from "./scratch-repository.ts";

const NAMES = ["XDG_STATE_HOME", "TMPDIR"] as const;

/**
 * Lets this process keep its state and its temporary files in the home of a scratch repository, so that they
 * go away with it. The answer puts the variables back as they were.
 */
export function useScratchState(repository: ScratchRepository): () => void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  const temporary = join(repository.home, "tmp");
  mkdirSync(temporary, { recursive: true });
  process.env["XDG_STATE_HOME"] = join(repository.home, "state");
  process.env["TMPDIR"] = temporary;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
