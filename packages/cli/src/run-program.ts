import type { Failure } from "@breakwater/core";
import type { CommandContext } from "./command-context.ts";
import type { CommandSpec } from "./command-spec.ts";
import { contextOf, fallbackContext } from "./context-of.ts";
import { reportFailure } from "./errors/report-failure.ts";
import { EXIT } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { findCommand } from "./find-command.ts";
import { commandHelp, familyHelp } from "./help/command-help.ts";
import { parseInput } from "./parse-input.ts";
import { processPorts } from "./process-ports.ts";
import type { ProgramPorts } from "./process-ports.ts";
import { REGISTRY } from "./registry.ts";

/** Runs a command line in this process: sets the exit code, and reports what goes wrong, also later. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const ports = processPorts();
  const onFault = (error: unknown): void => {
    const context = fallbackContext(ports, argv);
    void endWithFault(error, context);
  };
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  process.exitCode = await runCommandLine(argv, ports);
}

/**
 * Runs a command line against given ports and answers with its exit code. Never rejects: a command that
 * throws is reported as a fault of ours (BW001).
 */
export async function runCommandLine(
  argv: readonly string[],
  ports: ProgramPorts,
  specs: readonly CommandSpec[] = REGISTRY,
): Promise<ExitCode> {
  const found = findCommand(specs, argv.length === 0 ? ["overview"] : argv);
  switch (found.kind) {
    case "unknown":
      return usageExit(found.failure, fallbackContext(ports, argv));
    case "none":
      return await runCommandLine([...found.words, "overview"], ports, specs);
    case "family": {
      const context = fallbackContext(ports, argv);
      const isHelp = found.words.some((word) => word === "--help" || word === "-h");
      (isHelp ? context.stdout : context.stderr).write(familyHelp(found.name, found.members));
      return isHelp ? EXIT.done : EXIT.usage;
    }
    case "command":
      return await runCommand(found.spec, found.words, { ports, argv });
  }
}

async function runCommand(
  spec: CommandSpec,
  words: readonly string[],
  { ports, argv }: { readonly ports: ProgramPorts; readonly argv: readonly string[] },
): Promise<ExitCode> {
  const input = parseInput(spec, words);
  if (!input.ok) return usageExit(input.failure, fallbackContext(ports, argv));
  const context = contextOf(input.value, ports);
  if (!context.ok) return usageExit(context.failure, fallbackContext(ports, argv));
  if (input.value.flag("help")) {
    context.value.stdout.write(commandHelp(spec));
    return EXIT.done;
  }
  try {
    const module = await spec.load();
    return await module.run(input.value, context.value);
  } catch (error) {
    return await reportFault(error, context.value);
  }
}

function usageExit(failure: Failure, context: CommandContext): ExitCode {
  reportFailure({ failure }, context);
  return EXIT.usage;
}

async function endWithFault(error: unknown, context: CommandContext): Promise<never> {
  process.exit(await reportFault(error, context));
}

/** Loaded when it is needed, because nothing else of the start touches the disk. */
async function reportFault(error: unknown, context: CommandContext): Promise<ExitCode> {
  const reporter = await import("./errors/report-fault.ts");
  return reporter.reportFault(error, context);
}
