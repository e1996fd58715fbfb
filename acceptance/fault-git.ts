import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import type { Fault, Stage } from "./fault-stage.ts";

/** Faults of git and of what belongs to it. */
export function gitFaults(): readonly Fault[] {
  return [gitMissing, failingGit(1), failingGit(2), failingGit(3), refMoved, worktreeDeleted];
}

const gitMissing: Fault = {
  name: "git gone while an agent runs",
  ends: ["parked environment, done"],
  exits: [0],
  play: async (stage) => {
    const { begin, finish } = stage;
    const folder = join(stage.trial.scratch.home, "bin");
    const link = (): void => symlinkSync(gitOnPath(), join(folder, "git"));
    mkdirSync(folder);
    link();
    for (const name of ["sh", "test", "rm"]) symlinkSync(`/bin/${name}`, join(folder, name));
    const steps = [
      { write: "src/a", content: "2\n" },
      { shell: `rm '${join(folder, "git")}'` },
      { report: "done" },
    ];
    await finish(begin(steps, { env: { PATH: folder } }), () => link());
  },
};

/** Every 24th call fails, beginning at another one for each seed. Which step meets it, chance decides. */
function failingGit(seed: number): Fault {
  return {
    name: `git failing now and then, seed ${seed}`,
    ends: [/^(?:parked environment, )?(?:done|T1 \w+, T2 \w+|BW\d+)$/u],
    exits: [[0, 3, 4, 8]],
    play: async (stage) => {
      const holder = stage.begin([], { env: { PATH: flakyPath(stage, seed) } });
      await stage.finish(holder);
    },
  };
}

function flakyPath({ trial }: Stage, seed: number): string {
  const folder = join(trial.scratch.home, "bin");
  const count = join(trial.scratch.home, "git-calls");
  mkdirSync(folder);
  writeFileSync(count, "");
  const script = `#!/bin/sh
printf x >> '${count}'
calls=$(wc -c < '${count}')
if [ $(( (calls + ${seed * 7}) % 24 )) -eq 0 ]; then echo "fatal: the disk had a bad moment" >&2; exit 128; fi
exec '${gitOnPath()}' "$@"
`;
  writeFileSync(join(folder, "git"), script);
  chmodSync(join(folder, "git"), 0o755);
  return `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
}

const refMoved: Fault = {
  name: "integration ref moved by somebody else",
  ends: ["parked environment, T1 carried, T2 carried"],
  exits: [4],
  play: async ({ trial, begin, finish }) => {
    const ref = "refs/breakwater/main-2026-01-01-0000/integration";
    const stray = trial.scratch.git("commit-tree", "-p", "HEAD", "-m", "stray", "HEAD^{tree}").trim();
    const move = `git -C '${trial.scratch.root}' update-ref ${ref} ${stray}`;
    await finish(begin([{ shell: move }]));
  },
};

const worktreeDeleted: Fault = {
  name: "workspace deleted by hand while its agent runs",
  ends: ["parked environment, done"],
  exits: [0],
  play: async ({ begin, finish }) => {
    await finish(begin([{ shell: 'rm -rf "$PWD"' }, { report: "done" }]));
  },
};

function gitOnPath(): string {
  return spawnSync("sh", ["-c", "command -v git"], { cwd: "/", encoding: "utf8" }).stdout.trim();
}
