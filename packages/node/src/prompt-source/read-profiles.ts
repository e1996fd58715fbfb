import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { ProjectAgent } from "@breakwater/core";
import { readFrontMatter, splitFrontMatter } from "./front-matter.ts";

/** Files and bytes that are read of a folder of profiles. */
const MOST_PROFILES = 50;
const MOST_BYTES = 32 * 1024;

/**
 * The profiles of a project, `<state-dir>/agents/*.md`, by name; none where there is no such folder. Text of the
 * repository: bounded, read as data, and only from regular files inside of it, because a link could bring any
 * file of the machine into a prompt. A file without name, description or text, and one that calls itself reference
 * documentation, is left out. Never throws.
 */
export function readProfiles(root: string, stateDir: string): readonly ProjectAgent[] {
  const folder = join(root, stateDir, "agents");
  const seen = new Set<string>();
  return namesIn(root, folder).flatMap((file) => {
    const text = readRegular(join(folder, file));
    const profile = text === undefined ? undefined : profileOf(file, text);
    if (profile === undefined || seen.has(profile.name)) return [];
    seen.add(profile.name);
    return [profile];
  });
}

function namesIn(root: string, folder: string): readonly string[] {
  try {
    const names = readdirSync(folder);
    if (!realpathSync(folder).startsWith(`${realpathSync(root)}/`)) return [];
    return names
      .filter((name) => name.endsWith(".md"))
      .toSorted()
      .slice(0, MOST_PROFILES);
  } catch {
    return [];
  }
}

function readRegular(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(descriptor, "utf8") : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function profileOf(file: string, text: string): ProjectAgent | undefined {
  const { front, body } = splitFrontMatter(text.replace(/^\uFEFF/u, ""));
  if (front === undefined || body === "") return undefined;
  const fields = readFrontMatter(front) ?? linesOf(front);
  const name = wordOf(fields["name"]) ?? file.slice(0, -".md".length);
  const description = wordOf(fields["description"]);
  if (!/^[\w.-]{1,64}$/u.test(name) || description === undefined) return undefined;
  if (/reference documentation/iu.test(description)) return undefined;
  const model = wordOf(fields["model"]);
  const tools = toolsOf(fields["tools"]);
  return {
    name,
    description: description.slice(0, 1_000),
    ...(tools.length === 0 ? {} : { tools }),
    ...(model === undefined || model === "inherit" || !/^[\w.:-]{1,80}$/u.test(model) ? {} : { model }),
    body,
  };
}

/** Such files are often no YAML (`description: Use this: …`); then each line is a key and its text. */
function linesOf(front: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    front.split("\n").flatMap((line) => {
      const parts = /^(name|description|tools|model):[ \t]*(.*)$/u.exec(line.trimEnd());
      return parts === null ? [] : [[parts[1], parts[2]]];
    }),
  );
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function toolsOf(value: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === "string"
      ? value.split(",")
      : [];
  return listed.flatMap((each) => wordOf(each) ?? []).slice(0, 40);
}
