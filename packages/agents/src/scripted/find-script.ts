import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AttemptId, fail, numberOfAttempt, ok, type Result, taskOfAttempt } from "@breakwater/core";
import { readScript } from "./read-script.ts";
import type { Script } from "./script.ts";

/** Where a script may be: a folder of script files, and the prompt. */
export type ScriptSource = {
  readonly attempt: AttemptId;
  readonly prompt: string;
  /** Absolute path of a folder of script files. */
  readonly scripts?: string;
  readonly report?: "review";
};

/** A script with the text that it was read from. */
export type FoundScript = { readonly script: Script; readonly text: string };

/**
 * Finds the script of an attempt: `<task>.<n>.json`, then `<task>.json` in the folder, for reviews then
 * `reviewer.json`, then the first block marked `script` in the prompt. The failure is BW746 where there is none and BW745 for a bad one.
 */
export async function findScript(source: ScriptSource): Promise<Result<FoundScript>> {
  for (const file of candidateFiles(source)) {
    const text = await readIfThere(file);
    if (text !== undefined) return withText(readScript(text, file), text);
  }
  const block = /^(?<fence>`{3,}|~{3,})script[ \t]*\n(?<text>[\s\S]*?)^\k<fence>[ \t]*$/mu.exec(
    source.prompt,
  );
  const text = block?.groups?.text;
  if (text !== undefined) return withText(readScript(text, "in the prompt"), text);
  return fail({
    code: "BW746",
    message: `there is no script for the attempt ${source.attempt}`,
    why: "The scripted agent has no model: it does exactly what a script says.",
    fix: "Put a block marked `script` into the task's brief, or name a folder of scripts.",
  });
}

function withText(script: Result<Script>, text: string): Result<FoundScript> {
  return script.ok ? ok({ script: script.value, text }) : script;
}

function candidateFiles({ attempt, scripts, report }: ScriptSource): readonly string[] {
  if (scripts === undefined) return [];
  const task = taskOfAttempt(attempt);
  const own = [join(scripts, `${task}.${numberOfAttempt(attempt)}.json`), join(scripts, `${task}.json`)];
  return report === "review" ? [...own, join(scripts, "reviewer.json")] : own;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined;
  }
}
