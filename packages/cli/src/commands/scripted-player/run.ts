import { runScriptedPlayer } from "@breakwater/agents";
import type { ExitCode } from "../../exit-code.ts";

/** Plays the script that its host sends; open handles may be left, so it ends the process. */
export async function run(): Promise<ExitCode> {
  const code = await runScriptedPlayer();
  process.exit(code);
}
