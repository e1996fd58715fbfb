import { plainLine } from "@breakwater/core";
import { execInWall, openRepository, type WallExecResult } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { usageFailures } from "../../../errors/usage-failure.ts";
import { EXIT, type ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { splitEntries } from "./split-entries.ts";

/** Runs the command; its output comes through as it is, and the report goes to stderr or, as JSON, to stdout. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const [program, ...args] = input.rest("command");
  if (program === undefined) {
    const failure = usageFailures.badArguments(
      "breakwater wall exec: no command was given",
      "breakwater wall exec",
    );
    return reportFailure({ failure }, context);
  }
  const repository = await openRepository(context.cwd);
  if (!repository.ok) return reportFailure({ failure: repository.failure }, context);
  const asJson = context.output === "json";
  const done = await execInWall({
    repository: repository.value,
    globs: input.list("scope").flatMap(splitEntries),
    network: input.option("net") === "host" ? "host" : "none",
    command: [program, ...args],
    env: context.env,
    onStdout: (chunk) => (asJson ? context.stderr : context.stdout).write(chunk.toString("utf8")),
    onStderr: (chunk) => context.stderr.write(chunk.toString("utf8")),
  });
  if (!done.ok) return reportFailure({ failure: done.failure }, context);
  if (asJson) context.stdout.write(jsonLine("wall.exec", { ...done.value }));
  else if (context.output !== "quiet") context.stderr.write(`${reportLines(done.value).join("\n")}\n`);
  return done.value.exitCode === 0 ? EXIT.done : EXIT.red;
}

function reportLines({
  tier,
  hold,
  holes,
  exitCode,
  signal,
  changed,
  held,
}: WallExecResult): readonly string[] {
  const list = (name: string, paths: readonly string[]): readonly string[] =>
    paths.length === 0 ? [`${name} nothing`] : paths.map((path) => `${name} ${plainLine(path)}`);
  return [
    `wall    ${tier}, ${hold}`,
    ...holes.map((hole) => `open    ${hole}`),
    `exit    ${signal ?? exitCode}${exitCode === 0 ? "" : ", of the command; breakwater ends with 4"}`,
    ...list("changed", changed),
    ...list("held   ", held),
  ];
}
