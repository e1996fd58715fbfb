import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { git } from "../git/run-git.ts";
import { controlFiles } from "./control-file.ts";
import type { Repository } from "./repository.ts";

/**
 * Makes git ignore the control files: for each that is neither tracked nor ignored already, a line goes
 * into `info/exclude`, which is nobody's commit. Returns the lines added; a second call adds none. Fails
 * with BW720 where the file cannot be written.
 */
export async function ensureExcludes(
  repository: Pick<Repository, "context" | "commonDir">,
  stateDir: string,
): Promise<Result<readonly string[]>> {
  const missing: string[] = [];
  for (const control of controlFiles(stateDir)) {
    const covered = await isCovered(repository, control);
    if (!covered.ok) return covered;
    if (!covered.value) missing.push(`/${control}`);
  }
  return missing.length === 0 ? ok([]) : append(repository.commonDir, missing);
}

/** Which of these paths git ignores here, so that adding them needs force; none where git cannot be asked. */
export async function ignoredPaths(
  repository: Pick<Repository, "context">,
  paths: readonly string[],
): Promise<readonly string[]> {
  const ignored: string[] = [];
  for (const path of paths) {
    const asked = await git(repository.context, ["check-ignore", "--quiet", "--", path], {
      okCodes: [0, 1],
      env: { GIT_LITERAL_PATHSPECS: "0" },
    });
    if (asked.ok && asked.value.code === 0) ignored.push(path);
  }
  return ignored;
}

async function isCovered(repository: Pick<Repository, "context">, control: string): Promise<Result<boolean>> {
  const tracked = await git(repository.context, ["ls-files", "-z", "--", control]);
  if (!tracked.ok) return tracked;
  if (tracked.value.stdout.length > 0) return ok(true);
  const probe = control.endsWith("/") ? `${control}probe` : control;
  const ignored = await git(repository.context, ["check-ignore", "--quiet", "--", probe], {
    okCodes: [0, 1],
    // check-ignore takes names, never patterns, and refuses to run with the setting that says so.
    env: { GIT_LITERAL_PATHSPECS: "0" },
  });
  return ignored.ok ? ok(ignored.value.code === 0) : ignored;
}

function append(commonDir: string, lines: readonly string[]): Result<readonly string[]> {
  const file = join(commonDir, "info", "exclude");
  try {
    mkdirSync(join(commonDir, "info"), { recursive: true });
    const before = existsSync(file) ? readFileSync(file, "utf8") : "";
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    appendFileSync(file, `${gap}# control files of Breakwater\n${lines.join("\n")}\n`);
    return ok(lines);
  } catch (cause) {
    return fail({
      code: "BW720",
      message: `${file} cannot be written: ${String(cause)}`,
      why: "Control files would show up as untracked files of yours.",
      fix: "Make the file writable, or add the control files to your .gitignore.",
    });
  }
}
