import { readSessionConfig } from "@breakwater/node";

/** Whether the project says `allow-destructive-ops: true`. */
export function hasDestructiveLeave(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return readSessionConfig(root, { env }).entries["allow-destructive-ops"].value === true;
}
