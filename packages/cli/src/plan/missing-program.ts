import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs of a list that no folder of `PATH` has. A name with a slash is a file of the project and is not judged. */
export function missingPrograms(
  programs: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return programs.filter(
    (program) => !program.includes("/") && !folders.some((folder) => isProgram(join(folder, program))),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
