import { join } from "node:path";

/** The folders of one overlay: what is written goes to `upper`; the workspace itself is the lower layer. */
export type OverlayFolders = {
  readonly folder: string;
  readonly upper: string;
  readonly work: string;
  readonly lower: string;
};

/** Where the overlay of a wall is kept; `own` is the folder of that wall alone. */
export function overlayFolders(own: string): OverlayFolders {
  const folder = join(own, "overlay");
  return {
    folder,
    upper: join(folder, "upper"),
    work: join(folder, "work"),
    lower: join(folder, "lower"),
  };
}

/**
 * The words before a command that let it, and nobody else, see the workspace through an overlay. `asRoot`
 * says that we may mount without a user namespace; otherwise the command sees itself as root and must step
 * back. Redirections are off, so that the upper layer holds whole files under their own names.
 */
export function overlayPrefix(order: {
  readonly unshare: string;
  readonly own: string;
  readonly workspace: string;
  readonly asRoot: boolean;
}): readonly [string, ...string[]] {
  const { unshare, own, workspace, asRoot } = order;
  const spaces = asRoot ? ["-m", "--propagation", "private"] : ["-U", "-r", "-m"];
  const options = `${OPTIONS}${asRoot ? "" : ",userxattr"}`;
  return [
    unshare,
    ...spaces,
    "--",
    "/bin/sh",
    "-c",
    MOUNT,
    "wall",
    overlayFolders(own).folder,
    workspace,
    options,
  ];
}

/** Relative names, because a path may hold the characters that separate options. */
const OPTIONS = "lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow,metacopy=off,index=off";

const MOUNT = `cd "$1" && PATH=/usr/sbin:/usr/bin:/sbin:/bin mount -t overlay -o "$3" overlay "$2" && cd / && shift 3 && exec "$@"`;
