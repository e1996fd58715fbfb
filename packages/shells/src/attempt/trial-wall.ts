import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ClientLaunch } from "@breakwater/agents";
import {
  liesIn,
  openWall,
  readMachine,
  type OpenWall,
  type Repository,
  type WallMachine,
  type WallPlace,
  type WallSetup,
} from "@breakwater/node";
import { launchInside, ownProgram, type WalledLaunch } from "./attempt-wall.ts";
import { programReach } from "./client-program.ts";

/** The wall in which attempts will run: its tier, and the project whose checkout it hides. */
export type ExpectedWall = {
  readonly setup: WallSetup;
  readonly repository?: Pick<Repository, "root" | "stateHome">;
};

/** Folders of a trial; all of them are there. */
export type TrialFolders = { readonly root: string; readonly workspace: string; readonly home: string };

/** A wall around clients that are tried: what they see is what an attempt of theirs would see. */
export type TrialWall = {
  readonly around: (launch: ClientLaunch) => WalledLaunch;
  /** Of the paths that a text names, those that are there and are hidden behind the wall. */
  readonly hiddenIn: (text: string) => readonly string[];
  readonly wasEntered: () => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/**
 * Puts a wall around the trial in `folders`. `env` is the environment of clients before anything of the trial
 * is in it, because its home is hidden. Gives why where it cannot be put up.
 */
export async function openTrialWall(
  { setup, repository }: ExpectedWall,
  folders: TrialFolders,
  env: Readonly<Record<string, string>>,
): Promise<TrialWall | string> {
  const place = await placeOf(folders, repository);
  const machine = readMachine({ env, program: ownProgram() });
  const scope = { kind: "write", globs: ["canary/**"] } as const;
  const opened = await openWall({ setup, place, machine, scope, network: "host", privateGit: true });
  if (!opened.ok) return opened.failure.message;
  const wall: OpenWall = opened.value;
  const shown: string[] = [...machine.tools, folders.root];
  return {
    around: (launch) => {
      shown.push(...programReach(launch.command).map(({ path }) => path));
      return launchInside(wall, launch);
    },
    hiddenIn: (text) => pathsIn(text).filter((path) => isHidden(path, { machine, place, shown })),
    wasEntered: () => wall.wasEntered(),
    close: () => wall.close(),
  };
}

/** As around a workspace, with a repository of no content in the place of the real one. */
async function placeOf(
  { root, workspace, home }: TrialFolders,
  repository: ExpectedWall["repository"],
): Promise<WallPlace> {
  const git = join(root, "git");
  await mkdir(git);
  const state = await realpath(repository?.stateHome ?? root).catch(() => undefined);
  return {
    workspace,
    gitDir: git,
    commonDir: git,
    checkout: repository?.root ?? git,
    engine: [root, ...(state === undefined || state === root ? [] : [dirname(state)])],
    tmp: home,
    own: join(root, "wall"),
  };
}

function pathsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\/[^\s'"`:,;()[\]<>]+/gu) ?? [])].filter((path) => existsSync(path));
}

type Sight = {
  readonly machine: WallMachine;
  readonly place: WallPlace;
  readonly shown: readonly string[];
};

function isHidden(path: string, { machine, place, shown }: Sight): boolean {
  if (shown.some((each) => liesIn(path, each))) return false;
  const { home, shared, secretFolders } = machine;
  const hidden = [...(home === undefined ? [] : [home]), ...shared, ...secretFolders, place.checkout];
  return hidden.some((each) => liesIn(path, each));
}
