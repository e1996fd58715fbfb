import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import type { Fault } from "./fault-stage.ts";

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
    const link = (): void => {
      rmSync(join(folder, "git"), { force: true });
      symlinkSync(gitOnPath(), join(folder, "git"));
    };
    mkdirSync(folder);
    link();
    for (const name of ["sh", "test", "rm", "grep"]) symlinkSync(`/bin/${name}`, join(folder, name));
    const steps = [
      { write: "src/a", content: "2\n" },
      { sneak: `rm '${join(folder, "git")}'` },
      { report: "done" },
    ];
    await finish(begin(steps, { env: { PATH: folder } }), () => link());
  },
};

/** From the first agent on about every twelfth call fails. Which step meets it, chance decides. */
function failingGit(seed: number): Fault {
  return {
    name: `git failing now and then, seed ${seed}`,
    long: seed > 1,
    ends: [/^(?:parked environment, )?(?:done|T1 \w+, T2 \w+)$/u, "done"],
    exits: [[0, 4], 0],
    play: async ({ trial, begin, finish, makeUp }) => {
      const folder = join(trial.scratch.home, "bin");
      const calls = join(trial.scratch.home, "git-calls");
      mkdirSync(folder);
      writeFileSync(join(folder, "git"), flakyGit(calls, seed), { mode: 0o755 });
      const path = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
      await finish(begin([{ sneak: `: > '${calls}'` }], { env: { PATH: path } }));
      await makeUp();
    },
  };
}

/** A git that fails by the number of its call, once calls are counted in a file. */
function flakyGit(calls: string, seed: number): string {
  return `#!/bin/sh
if [ -e '${calls}' ]; then
  printf x >> '${calls}'
  count=$(wc -c < '${calls}')
  if [ $(( (count * 7919 + ${seed} * 104729) % 101 % 12 )) -eq 0 ]; then
    echo "fatal: the disk had a bad moment" >&2
    exit 128
  fi
fi
exec '${gitOnPath()}' "$@"
`;
}

const refMoved: Fault = {
  name: "integration ref moved by somebody else",
  ends: ["parked environment, T1 carried, T2 carried", "done"],
  exits: [4, 0],
  play: async ({ trial, begin, finish, makeUp }) => {
    const ref = "refs/breakwater/main-2026-01-01-0000/integration";
    const stray = trial.scratch.git("commit-tree", "-p", "HEAD", "-m", "stray", "HEAD^{tree}").trim();
    const move = `git -C '${trial.scratch.root}' update-ref ${ref} ${stray}`;
    await finish(begin([{ sneak: move }]));
    trial.scratch.git("update-ref", ref, "HEAD", stray);
    await makeUp();
  },
};

const worktreeDeleted: Fault = {
  name: "workspace deleted by hand while its agent runs",
  ends: ["parked environment, done"],
  exits: [0],
  play: async ({ begin, finish }) => {
    await finish(begin([{ sneak: 'rm -rf "$PWD"' }, { report: "done" }]));
  },
};

function gitOnPath(): string {
  return spawnSync("sh", ["-c", "command -v git"], { cwd: "/", encoding: "utf8" }).stdout.trim();
}
