import { appendFileSync, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The real agent clients that `scripts/install-clients.mjs` installs for tests. */
export const CLIENT_NAMES = ["claude", "codex", "gemini", "claude-agent-acp"] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

/** Where the clients of the tests are installed: `BREAKWATER_CLIENTS`, else `.clients` of this repository. */
export function clientsFolder(): string {
  const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
  return resolve(process.env["BREAKWATER_CLIENTS"] ?? join(repository, ".clients"));
}

/**
 * The program of a client and the arguments before its own; `undefined` where it is not installed. A test that
 * needs one is skipped by its name then (`withoutClient`), never passed over in silence.
 */
export function clientProgram(name: ClientName): readonly [string, ...string[]] | undefined {
  const command = PROGRAMS[name](join(clientsFolder(), "node_modules"));
  return command.every((part) => existsSync(part)) ? command : undefined;
}

/** What the title of a suite adds where its client is missing, so that a list of skipped tests says why. */
export function withoutClient(name: ClientName): string {
  return clientProgram(name) === undefined
    ? ` [skipped: ${name} is not installed; run node scripts/install-clients.mjs]`
    : "";
}

/** Notes that a real client ran, in the file named by `BREAKWATER_CLIENTS_RAN`; a check of CI counts them. */
export function noteClientRan(name: ClientName): void {
  const file = process.env["BREAKWATER_CLIENTS_RAN"];
  if (file !== undefined && file !== "") appendFileSync(file, `${name}\n`);
}

type Command = readonly [string, ...string[]];

const PROGRAMS: Readonly<Record<ClientName, (modules: string) => Command>> = {
  claude: (modules) => [
    join(modules, "@anthropic-ai", `claude-agent-sdk-${process.platform}-${process.arch}`, "claude"),
  ],
  codex: (modules) => [process.execPath, join(modules, "@openai", "codex", "bin", "codex.js")],
  gemini: (modules) => [process.execPath, join(modules, "@google", "gemini-cli", "bundle", "gemini.js")],
  "claude-agent-acp": (modules) => [
    process.execPath,
    join(modules, "@agentclientprotocol", "claude-agent-acp", "dist", "index.js"),
  ],
};
