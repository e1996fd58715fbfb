import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { errorCode } from "../workspace/disk-failure.ts";
import type { WallPlace } from "./wall-profile.ts";

/** Below the private home: the index and objects of whoever works there, and the git that knows of them. */
const FOLDER = ".breakwater";

/** Where the `git` that comes first on PATH lies, for a home as it is seen inside. */
export function privateBin(home: string): string {
  return join(home, FOLDER, "bin");
}

/**
 * Makes the private side of a repository whose own folder is read-only: a copy of the index and a place for
 * new objects. The variables that name them are set for git in this workspace alone, by a `git` in front of
 * the real one, since a test inside may well work on repositories of its own.
 */
export async function makePrivateGit(
  place: Pick<WallPlace, "gitDir" | "commonDir">,
  homes: { readonly source: string; readonly inside: string },
): Promise<void> {
  const at = join(homes.source, FOLDER);
  await mkdir(join(at, "objects"), { recursive: true, mode: 0o700 });
  await mkdir(join(at, "bin"), { recursive: true, mode: 0o700 });
  await copyFile(join(place.gitDir, "index"), join(at, "index")).catch((cause: unknown) => {
    if (errorCode(cause) !== "ENOENT") throw cause;
  });
  await writeFile(join(at, "bin", "git"), gitInFront(place, join(homes.inside, FOLDER)), { mode: 0o700 });
}

/** Asks git where it is and sets the variables only where that is the walled workspace. */
function gitInFront({ gitDir, commonDir }: Pick<WallPlace, "gitDir" | "commonDir">, at: string): string {
  const git = quoted(findGit());
  return [
    "#!/bin/sh",
    "at=.",
    `[ "$1" = -C ] && at=$2`,
    `if [ -z "$GIT_INDEX_FILE$GIT_OBJECT_DIRECTORY" ] &&`,
    `  [ "$(${git} -C "$at" rev-parse --absolute-git-dir 2>/dev/null)" = ${quoted(gitDir)} ]; then`,
    `  export GIT_INDEX_FILE=${quoted(`${at}/index`)} GIT_OBJECT_DIRECTORY=${quoted(`${at}/objects`)}`,
    `  export GIT_ALTERNATE_OBJECT_DIRECTORIES=${quoted(`${commonDir}/objects`)}`,
    "fi",
    `exec ${git} "$@"`,
    "",
  ].join("\n");
}

function findGit(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, "git")).find((path) => existsSync(path)) ?? "/usr/bin/git";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
