import { homedir } from "node:os";
import { join } from "node:path";
import { fail, type Failure, ok, type Result } from "@breakwater/core";
import { askVersion, findProgram, isAtLeast } from "../find-client.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Command = readonly [string, ...string[]];

/** Variables that Codex reads of its user: where its sign-in lies, keys and endpoints. */
export const CODEX_INHERITS: readonly string[] = [
  "AZURE_OPENAI_API_KEY",
  "CODEX_API_KEY",
  "CODEX_HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "OPENAI_ORGANIZATION",
  "OPENAI_PROJECT",
  "OPENROUTER_API_KEY",
  "SSL_CERT_FILE",
];

/** Where the user's sign-in and conversations are; they stay there. */
export function codexHomes(environment: Environment): readonly string[] {
  const own = environment["CODEX_HOME"];
  return [own !== undefined && own !== "" ? own : join(environment["HOME"] ?? homedir(), ".codex")];
}

/** The first version whose approvals were seen to ask about every patch and every command. */
const OLDEST_CODEX = "0.169.0";
const INSTALL_LINE = "npm install --global @openai/codex";

/** The user's own client on `PATH`; the failure is BW748. */
export function findCodex(environment: Environment): Result<Command> {
  const program = findProgram("codex", environment);
  return program === undefined ? fail(NO_CLIENT) : ok([program]);
}

const NO_CLIENT: Failure = {
  code: "BW748",
  message: "no Codex client was found: there is no program codex on PATH",
  why: "Breakwater drives the user's own client and brings none.",
  fix: `Install it: ${INSTALL_LINE}`,
};

/** The version of a client; the failure is BW748 where it does not run, BW749 where it is too old. */
export async function versionOfCodex(command: Command, environment: Environment): Promise<Result<string>> {
  const version = await askVersion(command, environment);
  if (version === undefined)
    return fail({
      code: "BW748",
      message: `${command.join(" ")} does not say its version`,
      why: "A program that does not answer to --version is no Codex client, or cannot run here.",
      fix: `Run it by hand, or install it anew: ${INSTALL_LINE}`,
    });
  if (isAtLeast(version, OLDEST_CODEX)) return ok(version);
  return fail({
    code: "BW749",
    message: `Codex ${version} is too old; ${OLDEST_CODEX} or newer is needed`,
    why: "Of older clients it is not known whether they ask before every patch and every command.",
    fix: `Update it: ${INSTALL_LINE}`,
  });
}
