import { plainLine } from "@breakwater/core";
import { wallLadder, type WallLadder } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { EXIT, type ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";

/** Prints the ladder, strongest tier first. Exit code 8 where nothing holds. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const ladder = await wallLadder({ fresh: input.flag("fresh") });
  const code = ladder.setup === undefined ? EXIT.unfit : EXIT.done;
  if (context.output === "json") {
    context.stdout.write(jsonLine("wall.probe", probeFields(ladder)));
    return code;
  }
  if (context.output !== "quiet") context.stdout.write(`${probeLines(ladder).join("\n")}\n`);
  return code;
}

function probeFields({ rungs, setup, fix }: WallLadder): Readonly<Record<string, unknown>> {
  return {
    tier: setup?.tier ?? "none",
    overlay: setup?.overlay ?? false,
    rungs,
    ...(setup === undefined ? {} : { programs: setup.programs }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function probeLines({ rungs, setup, fix }: WallLadder): readonly string[] {
  const width = Math.max(...rungs.map(({ tier }) => tier.length), "overlay".length);
  const line = (name: string, holds: boolean, text: string): string =>
    `  ${holds ? "holds" : "no   "}  ${name.padEnd(width)}  ${plainLine(text)}`;
  const overlay = setup?.overlay === true;
  return [
    `wall  ${setup?.tier ?? "none"}`,
    ...rungs.map(({ tier, holds, reason }) => line(tier, holds, reason)),
    line(
      "overlay",
      overlay,
      overlay ? "scopes that are no folders are contained" : "such scopes are held coarsely",
    ),
    ...(fix === undefined ? [] : [`  fix: ${fix}`]),
  ];
}
