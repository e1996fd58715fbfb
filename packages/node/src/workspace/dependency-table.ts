/** Folders that a package manager fills, and the lockfiles that say with what. */
export const DEPENDENCY_FOLDERS: readonly {
  readonly folder: string;
  readonly lockfiles: readonly string[];
}[] = [
  {
    folder: "node_modules",
    lockfiles: [
      "package-lock.json",
      "npm-shrinkwrap.json",
      "pnpm-lock.yaml",
      "yarn.lock",
      "bun.lock",
      "bun.lockb",
    ],
  },
  { folder: ".venv", lockfiles: ["uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "requirements.txt"] },
  { folder: "vendor", lockfiles: ["composer.lock", "Gemfile.lock", "go.sum"] },
  { folder: "Pods", lockfiles: ["Podfile.lock"] },
  { folder: "deps", lockfiles: ["mix.lock"] },
];

/** The names of all such folders. */
export const DEPENDENCY_NAMES: readonly string[] = DEPENDENCY_FOLDERS.map(({ folder }) => folder);

/** Whether a path of the repository is the lockfile of some package manager. */
export function isLockfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return DEPENDENCY_FOLDERS.some(({ lockfiles }) => lockfiles.includes(name));
}
