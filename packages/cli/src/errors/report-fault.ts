import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateRoot } from "@breakwater/node";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { reportFailure } from "./report-failure.ts";

/**
 * Owns up to a fault of this programme (BW001): a short apology for people, the stack in a file of its own.
 * Never throws; returns exit code 1.
 */
export function reportFault(error: unknown, context: CommandContext): ExitCode {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = error instanceof Error ? error.message : String(error);
  const file = keepStack(stack, context);
  const fix =
    file === undefined
      ? `please report this with the following:\n${stack}`
      : `please report it with the stack in ${file}; what was saved stays saved`;
  reportFailure(
    { failure: { code: "BW001", message: `sorry, that was a fault of breakwater itself: ${message}`, fix } },
    context,
  );
  return EXIT.fault;
}

function keepStack(stack: string, context: CommandContext): string | undefined {
  const folder = join(stateRoot(context.env), "faults");
  const name = `${context.now().toISOString().replaceAll(":", "-")}-${process.pid}.txt`;
  const facts = [`breakwater ${context.version}`, `node ${process.version}`, process.platform, "", stack, ""];
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), facts.join("\n"), { mode: 0o600 });
    return join(folder, name);
  } catch {
    return undefined;
  }
}
