import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { isJsonObject, parseJson, textOf } from "./json-shape.ts";

/**
 * The absolute path of a program as a shell would find it, by the `PATH` of an environment; a name that is
 * absolute is only checked. Relative parts of `PATH` are passed over: what lies in a workspace is no client.
 */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const MOST_VERSION_MS = 20_000;

/** What a client answers to `--version`: the first version number in it. `undefined` where it gives none. */
export function askVersion(
  [program, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args, "--version"],
      { cwd: tmpdir(), env: { ...environment }, timeout: MOST_VERSION_MS, maxBuffer: 64 * 1024 },
      (failure, stdout) => resolve(failure === null ? /\d+\.\d+\.\d+[\w.-]*/u.exec(stdout)?.[0] : undefined),
    ).stdin?.end();
  });
}

/** The version that the package of a script says, without starting it; `undefined` where it lies in none. */
export function packagedVersion(script: string): string | undefined {
  try {
    return versionAbove(dirname(realpathSync(script)));
  } catch {
    return undefined;
  }
}

function versionAbove(folder: string): string | undefined {
  const manifest = parseJson(contentOf(join(folder, "package.json")));
  const version = isJsonObject(manifest) ? textOf(manifest.version) : undefined;
  const above = dirname(folder);
  return version ?? (above === folder ? undefined : versionAbove(above));
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether a version is at least another one, number by number; what follows a third number does not count. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [found, least] = [version, wanted].map((text) => text.split(/[.-]/u).slice(0, 3).map(Number));
  for (let place = 0; place < 3; place += 1) {
    const difference = (found?.[place] ?? 0) - (least?.[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
