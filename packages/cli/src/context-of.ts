import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { CommandContext } from "./command-context.ts";
import type { CommandInput } from "./command-input.ts";
import { usageFailures } from "./errors/usage-failure.ts";
import { isInsideAgent } from "./output/inside-agent.ts";
import { isUtf8Locale, outputModeOf, usesColour } from "./output/output-mode.ts";
import type { ProgramPorts } from "./process-ports.ts";

/** The context of a command that could be parsed. */
export function contextOf(input: CommandInput, ports: ProgramPorts): Result<CommandContext> {
  const { stdin, stdout, stderr, env, width, height } = ports;
  const asked = input.flag("json") ? "json" : input.option("output");
  const terminal = { stdoutTty: stdout.isTty, stderrTty: stderr.isTty, width, height, env };
  const output = outputModeOf(asked, terminal);
  if (!output.ok) return output;
  const cwd = folderOf(input.option("cwd"), ports.cwd);
  if (!cwd.ok) return cwd;
  const color = input.option("color");
  const insideAgent = isInsideAgent(env);
  const platform = input.option("platform");
  return ok({
    env,
    stdin,
    stdout,
    stderr,
    width,
    height,
    insideAgent,
    version: ports.version,
    now: ports.now,
    cwd: cwd.value,
    output: output.value,
    isTty: stdout.isTty && stderr.isTty,
    interactive:
      stderr.isTty && stdin.isTty && !insideAgent && !input.flag("no-input") && output.value !== "json",
    colour: { stdout: usesColour(stdout.isTty, color, env), stderr: usesColour(stderr.isTty, color, env) },
    ascii: input.flag("ascii") || !isUtf8Locale(env),
    ...(platform === undefined ? {} : { platform }),
    globals: globalsOf(input),
  });
}

function globalsOf(input: CommandInput): readonly string[] {
  const platform = input.option("platform");
  return [
    ...(input.flag("ascii") ? ["--ascii"] : []),
    ...(input.flag("no-input") ? ["--no-input"] : []),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
  ];
}

function folderOf(asked: string | undefined, cwd: string): Result<string> {
  if (asked === undefined) return ok(cwd);
  const folder = resolve(cwd, asked);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return fail(usageFailures.noFolder(asked));
  return ok(realpathSync(folder));
}

/** What is known before the command line could be read: enough to report a failure in the asked form. */
export function fallbackContext(ports: ProgramPorts, argv: readonly string[]): CommandContext {
  const { stdin, stdout, stderr, env, width, height } = ports;
  const asksJson =
    argv.includes("--json") || argv.includes("--output=json") || env["BREAKWATER_OUTPUT"] === "json";
  const pair = argv[argv.indexOf("--output") + 1] === "json" && argv.includes("--output");
  return {
    env,
    stdin,
    stdout,
    stderr,
    width,
    height,
    cwd: ports.cwd,
    version: ports.version,
    now: ports.now,
    output: asksJson || pair ? "json" : "plain",
    isTty: stdout.isTty && stderr.isTty,
    interactive: false,
    insideAgent: isInsideAgent(env),
    colour: {
      stdout: usesColour(stdout.isTty, undefined, env),
      stderr: usesColour(stderr.isTty, undefined, env),
    },
    ascii: !isUtf8Locale(env),
    globals: [],
  };
}
