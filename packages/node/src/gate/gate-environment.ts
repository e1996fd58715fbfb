import { createHash } from "node:crypto";
import { scrubbedEnvironment } from "../process/environment.ts";

/** What surrounds the run of a check, besides the tree. */
export type GateEnvironment = {
  /** Where inherited values come from, usually `process.env`; only allowed names are taken. */
  readonly source: Readonly<Record<string, string | undefined>>;
  /** Names that the project allows in addition to the basic ones. */
  readonly allow?: readonly string[];
  /** Values that differ between runs without a meaning: the lane's ports and temporary folder. Not hashed. */
  readonly lane?: Readonly<Record<string, string>>;
  /** What else can change the result, by name: tool versions, the hash of the lockfile, the setup command. */
  readonly facts?: Readonly<Record<string, string>>;
};

/** The whole environment of a check's command: scrubbed, with `CI=1`. */
export function gateVariables(environment: GateEnvironment): Record<string, string> {
  const { source, allow = [], lane = {} } = environment;
  return scrubbedEnvironment({ source, allow, extra: { ...lane, CI: "1" } });
}

/** A hash that is equal where nothing but the tree and the command can make two runs differ. */
export function gateEnvironmentHash(environment: GateEnvironment): string {
  const { lane = {}, facts = {} } = environment;
  const variables = gateVariables(environment);
  const shared = Object.entries(variables).filter(([name]) => !(name in lane) && name !== "TMPDIR");
  const parts = {
    variables: shared.toSorted(byName),
    facts: Object.entries(facts).toSorted(byName),
    machine: [process.platform, process.arch, process.version],
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function byName(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}
