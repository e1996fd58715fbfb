import type { FileView } from "../file-view.ts";

/** Where a path leads when the kernel opens it, or why nobody can say. */
export type Resolution =
  | { readonly kind: "resolved"; readonly path: string }
  | { readonly kind: "fault"; readonly fault: "loop" | "blocked" | "below-a-file" };

const MOST_LINKS = 40;
/** What the kernel refuses as too long, which also bounds the work. */
const LONGEST_PATH = 4096;

/**
 * Follows an absolute path as the kernel would, link by link, including links to what does not exist yet.
 *
 * Asks the view for metadata only. Below a missing folder `..` is taken literally, since nothing is there to
 * be followed.
 */
export function resolvePath(path: string, view: FileView): Resolution {
  if (path.length > LONGEST_PATH) return { kind: "fault", fault: "blocked" };
  const open = path.split("/").reverse();
  const done: string[] = [];
  let links = 0;
  while (open.length > 0) {
    const name = open.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      done.pop();
      continue;
    }
    const here = `/${[...done, name].join("/")}`;
    const kind = view.kind(here);
    if (kind === "blocked") return { kind: "fault", fault: "blocked" };
    if (kind !== "link") {
      if ((kind === "file" || kind === "other") && open.some((rest) => rest !== ""))
        return { kind: "fault", fault: "below-a-file" };
      done.push(name);
      continue;
    }
    links += 1;
    const target = view.linkTarget(here);
    if (target === undefined || links > MOST_LINKS) return { kind: "fault", fault: "loop" };
    if (target.startsWith("/")) done.length = 0;
    open.push(...target.split("/").reverse());
  }
  return { kind: "resolved", path: `/${done.join("/")}` };
}

/** An absolute path without `.`, `..` and empty names, read as text; `..` of the root is the root. */
export function normalPath(path: string): string {
  const done: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") done.pop();
    else if (name !== "" && name !== ".") done.push(name);
  }
  return `/${done.join("/")}`;
}

/** The absolute, unnormalised path that a text means in a directory. */
export function pathIn(directory: string, text: string): string {
  return text.startsWith("/") ? text : `${directory}/${text}`;
}

/** The path below a folder, "" for the folder itself, or `undefined` where it lies elsewhere. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return "";
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}
