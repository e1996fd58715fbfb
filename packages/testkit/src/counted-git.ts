import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A git in front of the real one that writes down each start. It counts what this process starts, not git's own children. */
export type CountedGit = {
  /** The verbs that git was started with since the last call, in order; resident ones count once. */
  readonly taken: () => readonly string[];
  /** Gives the path back and removes the folder. */
  readonly dispose: () => void;
};

/** Puts a counting git first on the path of this process. */
export function countGit(): CountedGit {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-counted-")));
  const log = join(folder, "log");
  const before = process.env["PATH"] ?? "";
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nexec '${real}' "$@"\n`;
  writeFileSync(log, "");
  writeFileSync(join(folder, "git"), script);
  chmodSync(join(folder, "git"), 0o755);
  process.env["PATH"] = `${folder}${delimiter}${before}`;
  return {
    taken: () => {
      const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
      writeFileSync(log, "");
      return lines.map(verbOf);
    },
    dispose: () => {
      process.env["PATH"] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function verbOf(line: string): string {
  const words = line.split(" ");
  const at = words.findIndex((word, n) => !word.startsWith("-") && words[n - 1] !== "-c");
  return words[at] ?? line;
}
