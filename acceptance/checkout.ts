import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Subject } from "./subject.ts";

/** Everything of a user in a repository, by the name of the part or the path of the file. */
export type Checkout = ReadonlyMap<string, string>;

/** Files that Breakwater keeps in a checkout; they are its own and ignored by git. */
const CONTROL =
  /^\.orchestrator\/(?:STATE\.md|wave-scope\.json|config\.local\.yaml|(?:sessions|metrics|runtime|tmp)(?:\/|$))/;

/** Takes down files, index, refs, stash, configuration and hooks of a repository. */
export function checkoutOf({ root, git }: Subject): Checkout {
  const refs = git("for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  const parts = new Map<string, string>();
  for (const line of refs.filter((each) => each !== "" && !each.startsWith("refs/breakwater/"))) {
    const [name = "", object = ""] = line.split(" ");
    parts.set(`ref ${name}`, object);
  }
  parts.set("HEAD", readFileSync(join(root, ".git", "HEAD"), "utf8"));
  parts.set("index", git("ls-files", "--stage"));
  parts.set("stash", git("stash", "list", "--format=%H %gs"));
  parts.set("config", readFileSync(join(root, ".git", "config"), "utf8"));
  parts.set("hooks", readdirSync(join(root, ".git", "hooks")).join(" "));
  parts.set("excludes", withoutOwn(readFileSync(join(root, ".git", "info", "exclude"), "utf8")));
  takeFiles(parts, root, "");
  return parts;
}

/** The only lines that a session may add are the names of its own control files. */
function withoutOwn(text: string): string {
  const lines = text.split("\n");
  return lines.filter((line) => !/^\/\.orchestrator\/|^# control files of Breakwater$/.test(line)).join("\n");
}

function takeFiles(parts: Map<string, string>, root: string, below: string): void {
  for (const name of readdirSync(join(root, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (path === ".git" || path === "node_modules" || CONTROL.test(path)) continue;
    const file = join(root, path);
    const status = lstatSync(file);
    if (status.isDirectory()) takeFiles(parts, root, path);
    else {
      const content = status.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
      parts.set(`file ${path}`, `${status.mode} ${createHash("sha256").update(content).digest("hex")}`);
    }
  }
}

/** Names of the parts in which two differ. */
export function changedParts(before: Checkout, after: Checkout): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).toSorted();
}
