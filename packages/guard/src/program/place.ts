import { below, normalPath, pathIn, resolvePath } from "../path/resolve-path.ts";
import { HOLE, SECRET_HOLE } from "../shell/arg.ts";
import type { Shell } from "../shell/shell.ts";

/** Folders that a build makes again; they may be deleted and be built into. */
const REGENERABLE: ReadonlySet<string> = new Set(
  `node_modules dist build coverage out target .next .nuxt .turbo .cache .parcel-cache .vite .svelte-kit .output
  .nyc_output __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .gradle .angular .astro .docusaurus .vercel/output
  storybook-static .tsbuild .eslintcache .stylelintcache .jest-cache .swc .expo test-results playwright-report htmlcov`.split(
    /\s+/,
  ),
);

/** Files that tools make again beside the sources. */
const MADE_AGAIN = /(?:^|\/)(?:\.DS_Store|Thumbs\.db|[^/]*\.(?:py[co]|tsbuildinfo|class))$/;

/** The absolute, normalised path that a text means here; `undefined` where it is hidden. */
export function absolute(text: string, shell: Shell): string | undefined {
  if (text.includes(HOLE) || text.includes(SECRET_HOLE)) {
    const hole = text.search(/[\u0000\u0001]/);
    return hole > 0 && text.startsWith("/") ? text.replaceAll(/[\u0000\u0001]/g, "*") : undefined;
  }
  const { directory } = shell.state;
  if (!text.startsWith("/") && directory === undefined) return undefined;
  return normalPath(pathIn(directory ?? "/", text));
}

/** Whether a path lies strictly below the scratch directory, in both readings. */
export function isScratch(path: string, shell: Shell): boolean {
  const { tmp } = shell.policy;
  const inside = (each: string): boolean =>
    (below(tmp, each) ?? below(resolved(tmp, shell), each) ?? "") !== "";
  return inside(path) && inside(resolvedEntry(path, shell));
}

/** Whether a path is or lies below a folder of the workspace that a build makes again. */
export function isRegenerable(path: string, shell: Shell): boolean {
  const { root } = shell.policy;
  const inside = (each: string): boolean => {
    const name = below(root, each) ?? below(resolved(root, shell), each);
    return (
      name !== undefined &&
      (name.split("/").some((part) => REGENERABLE.has(part)) || MADE_AGAIN.test(name)) &&
      !name.startsWith(".git/")
    );
  };
  return inside(path) && inside(resolvedEntry(path, shell));
}

/** Whether an existing folder, or a text that can only be one, is meant. */
export function isFolder(text: string, shell: Shell): boolean {
  if (text.endsWith("/") || text === "." || text === "..") return true;
  const path = absolute(text, shell);
  return path !== undefined && shell.view.kind(resolved(path, shell)) === "directory";
}

/** The path with all links followed; the root where it cannot be followed. */
export function resolved(path: string, shell: Shell): string {
  const opened = resolvePath(path, shell.view);
  return opened.kind === "resolved" ? opened.path : "/";
}

/** The path with its folder followed and its last name kept, as a deletion sees it. */
function resolvedEntry(path: string, shell: Shell): string {
  const cut = path.lastIndexOf("/");
  return normalPath(`${resolved(path.slice(0, cut) || "/", shell)}/${path.slice(cut + 1)}`);
}
