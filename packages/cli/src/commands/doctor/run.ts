import { counted, plainLine } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, strongestExit } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { paint } from "../../output/paint.ts";
import type { Style } from "../../output/paint.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";

/** Says what is fit. Exit code 8 where the environment is not, 3 where the project is not. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const findings = await examine(context, { withGates: input.flag("gates") });
  const code = strongestExit(findings.map((finding) => finding.exit ?? EXIT.done));
  if (context.output === "json") {
    context.stdout.write(jsonLine("doctor", { ok: code === EXIT.done, findings }));
    return code;
  }
  if (context.output === "quiet") return code;
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap((finding) => lineOf(finding, width, context));
  const count = (state: Finding["state"]): number =>
    findings.filter((finding) => finding.state === state).length;
  context.stdout.write(
    `${lines.join("\n")}\n${counted(count("bad"), "problem")}, ${counted(count("warning"), "warning")}\n`,
  );
  return code;
}

const SIGNS: Readonly<Record<Finding["state"], readonly [string, string, Style]>> = {
  good: ["✓", "+", "green"],
  warning: ["!", "!", "yellow"],
  bad: ["✗", "x", "red"],
  off: ["-", "-", "dim"],
};

function lineOf(
  { name, state, text, fix }: Finding,
  width: number,
  context: CommandContext,
): readonly string[] {
  const [sign, plain, style] = SIGNS[state];
  const mark = paint(context.ascii ? plain : sign, context.colour.stdout, style);
  const line = `  ${mark} ${name.padEnd(width)}  ${plainLine(text)}`;
  return fix === undefined ? [line] : [line, `    ${" ".repeat(width)}  fix: ${plainLine(fix)}`];
}
