import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/**
 * What a run changes of the user's configuration, as arguments of the client: nothing of it is stored, and
 * `CODEX_HOME` with the sign-in stays where it is.
 */
export function configArguments(workspace: string): readonly string[] {
  const settings: readonly (readonly [string, string])[] = [
    // Otherwise the client trusts the folder by itself, writes that down, and runs what the repository configures.
    [
      "projects",
      `{${placesOf(workspace)
        .map((place) => `${toml(place)}={trust_level="untrusted"}`)
        .join(",")}}`,
    ],
    ["check_for_update_on_startup", "false"],
    // A dead endpoint is an error after the usual retries, and not a run that waits for ever.
    ["features.unbounded_connection_retries", "false"],
    // Their calls would not be asked about.
    ...["apps", "plugins", "multi_agent", "multi_agent_v2", "goals", "browser_use", "computer_use"].map(
      (feature) => [`features.${feature}`, "false"] as const,
    ),
  ];
  return settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** The workspace, and the main worktree it belongs to: trust is looked up by both. */
function placesOf(workspace: string): readonly string[] {
  const main = mainWorktree(workspace);
  return main === undefined || main === workspace ? [workspace] : [workspace, main];
}

function mainWorktree(workspace: string): string | undefined {
  const gitFolder = /^gitdir: (.+)$/mu.exec(contentOf(join(workspace, ".git")))?.[1];
  if (gitFolder === undefined) return undefined;
  const folder = resolve(workspace, gitFolder);
  const common = contentOf(join(folder, "commondir")).trim();
  return common === "" ? undefined : dirname(isAbsolute(common) ? common : resolve(folder, common));
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** A basic string of TOML; JSON escapes are a part of its escapes. */
export function toml(text: string): string {
  return JSON.stringify(text);
}
