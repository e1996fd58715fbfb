import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isAllowed, parseScope, scopeAllows, type Scope } from "@breakwater/core";
import { runInGroup } from "../process/run-in-group.ts";
import { overlayFolders, overlayPrefix } from "./overlay-mount.ts";
import type { WallPlace } from "./wall-profile.ts";
import type { WallSetup } from "./wall-tier.ts";

/** What came of the writes into an overlay: relative paths, without bound. */
export type Collected = { readonly taken: readonly string[]; readonly held: readonly string[] };

/** An overlay whose processes are gone. */
export type OverlayYield = {
  readonly place: WallPlace;
  readonly globs: readonly string[];
  readonly setup: WallSetup;
};

/**
 * Takes from the upper layer what the scope allows, path by path, and leaves the rest where it is: nothing
 * out of scope ever reaches the workspace. Devices, pipes and sockets are held whatever their name.
 * Throws where the disk refuses or the overlay cannot be seen once more.
 */
export async function collectOverlay({ place, globs, setup }: OverlayYield): Promise<Collected> {
  const scope = parseScope(globs);
  const walk = new Walk(place, scope.ok ? scope.value : { globs: [] });
  const shared = await walk.sharedFolders("");
  const visible = await visibleNames(shared, place, setup);
  await walk.visit("");
  await walk.removeGone(visible);
  return { taken: [...walk.taken].toSorted(), held: [...walk.held].toSorted() };
}

/** Goes through the upper layer of one overlay. */
class Walk {
  readonly taken = new Set<string>();
  readonly held = new Set<string>();
  readonly #workspace: string;
  readonly #upper: string;
  readonly #scope: Scope;

  constructor(place: WallPlace, scope: Scope) {
    this.#workspace = place.workspace;
    this.#upper = overlayFolders(place.own).upper;
    this.#scope = scope;
  }

  /** The folders that both layers have: something may be gone in them. */
  async sharedFolders(folder: string): Promise<readonly string[]> {
    if ((await kindAt(join(this.#workspace, folder))) !== "folder") return [];
    const found = [folder];
    for (const name of await readdir(join(this.#upper, folder))) {
      const path = join(folder, name);
      if ((await kindAt(join(this.#upper, path))) === "folder")
        found.push(...(await this.sharedFolders(path)));
    }
    return found;
  }

  async visit(folder: string): Promise<void> {
    const below = await kindAt(join(this.#workspace, folder));
    if (below === "other" && !(await this.#clear(folder))) return this.#holdAll(folder);
    for (const name of await readdir(join(this.#upper, folder))) {
      const path = join(folder, name);
      const kind = await kindAt(join(this.#upper, path));
      if (kind === "folder") await this.visit(path);
      else if (kind === "other") await this.#put(path);
      else if (kind === "special" && !(await isWhiteout(join(this.#upper, path)))) this.held.add(path);
    }
  }

  /** Removes what the lower layer has and nobody sees any more. */
  async removeGone(visible: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    for (const [folder, seen] of visible) {
      for (const name of await readdir(join(this.#workspace, folder)).catch(() => [])) {
        const path = join(folder, name);
        if (!seen.has(name)) await this.#removeAll(path);
      }
    }
  }

  async #put(path: string): Promise<void> {
    const target = join(this.#workspace, path);
    if (!this.#allows(path)) return void this.held.add(path);
    if ((await kindAt(target)) === "folder" && !(await this.#removeAll(path)))
      return void this.held.add(path);
    await mkdir(dirname(target), { recursive: true });
    await moveFile(join(this.#upper, path), target);
    this.taken.add(path);
  }

  async #clear(path: string): Promise<boolean> {
    if (!this.#allows(path)) return false;
    await rm(join(this.#workspace, path), { force: true });
    this.taken.add(path);
    return true;
  }

  /** Removes a file, or of a folder every file that the scope allows; whether nothing is left. */
  async #removeAll(path: string): Promise<boolean> {
    const target = join(this.#workspace, path);
    if ((await kindAt(target)) !== "folder") {
      if (this.#allows(path)) return this.#clear(path);
      this.held.add(path);
      return false;
    }
    let all = true;
    for (const name of await readdir(target)) all = (await this.#removeAll(`${path}/${name}`)) && all;
    if (all) await rm(target, { recursive: true, force: true });
    return all;
  }

  async #holdAll(folder: string): Promise<void> {
    for (const name of await readdir(join(this.#upper, folder))) {
      const path = join(folder, name);
      if ((await kindAt(join(this.#upper, path))) === "folder") await this.#holdAll(path);
      else this.held.add(path);
    }
  }

  #allows(path: string): boolean {
    return isAllowed(scopeAllows(this.#scope, path));
  }
}

/** One name of a file that has several gets a copy: two paths of a workspace never share their content. */
async function moveFile(from: string, to: string): Promise<void> {
  const { nlink } = await lstat(from);
  if (nlink === 1) return rename(from, to);
  await rm(to, { force: true });
  await copyFile(from, to, constants.COPYFILE_EXCL);
}

type Kind = "folder" | "other" | "special" | "none";

async function kindAt(path: string): Promise<Kind> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return "none";
  if (found.isDirectory()) return "folder";
  return found.isFile() || found.isSymbolicLink() ? "other" : "special";
}

/** The mark of a deletion is a character device without number; any other device is content. */
async function isWhiteout(path: string): Promise<boolean> {
  const found = await lstat(path);
  return found.isCharacterDevice() && found.rdev === 0;
}

/**
 * The names that are seen in folders of the merged view. Only the kernel knows which folders hide what lies
 * below them, so the overlay is mounted once more, in a process that lists and ends.
 */
async function visibleNames(
  folders: readonly string[],
  place: WallPlace,
  setup: WallSetup,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const asRoot = process.getuid?.() === 0 && !setup.userNamespace;
  const { workspace, own } = place;
  const prefix = overlayPrefix({ unshare: setup.programs.unshare ?? "", own, workspace, asRoot });
  const chunks: Buffer[] = [];
  const exit = await runInGroup({
    command: [...prefix, "xargs", "-0", "-r", "sh", "-c", LIST, "list"],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
    stdin: Buffer.from(folders.map((folder) => `${join(workspace, folder)}\0`).join("")),
    onStdout: (chunk) => void chunks.push(chunk),
    timeoutMs: 60_000,
  });
  if (exit.code !== 0)
    throw new Error(`Listing what is seen through an overlay: ${exit.stderr.toString("utf8").slice(0, 400)}`);
  const names = new Map<string, Set<string>>(folders.map((folder) => [folder, new Set()]));
  for (const path of Buffer.concat(chunks).toString("utf8").split("\0")) {
    if (path === "") continue;
    const relative = path.slice(workspace.length + 1);
    const cut = relative.lastIndexOf("/");
    names.get(cut < 0 ? "" : relative.slice(0, cut))?.add(relative.slice(cut + 1));
  }
  return names;
}

const LIST = `exec find "$@" -mindepth 1 -maxdepth 1 -print0`;
