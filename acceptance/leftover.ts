import { readdirSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, processesBelow } from "@breakwater/testkit";
import { gitEnvironment, tool, type UserFolders } from "./install.ts";

/**
 * What a session that is over must not leave: worktrees, locks of git, processes that work below `folder`,
 * and files in the folders of the user. The copy of the dependencies is no leftover: it belongs to the
 * repository, and the next session uses it too.
 */
export function leftoversBelow(folder: string, root: string, folders: UserFolders): readonly string[] {
  const listed = tool("git", ["worktree", "list", "--porcelain"], root, gitEnvironment(folder));
  const inGit = readdirSync(join(root, ".git"), { recursive: true, encoding: "utf8" });
  return [
    ...(listed.match(/^worktree .*$/gm) ?? []).slice(1),
    ...inGit.filter((name) => name.endsWith(".lock")).map((name) => `.git/${name}`),
    ...processesBelow(folder).map((line) => `process ${line}`),
    ...filesBelow(folders.state)
      .filter((name) => !/^breakwater\/[^/]+\/dependencies\//.test(name))
      .map((name) => `state: ${name}`),
    ...filesBelow(folders.temporary).map((name) => `temporary: ${name}`),
    ...filesBelow(folders.runtime).map((name) => `runtime: ${name}`),
  ];
}
