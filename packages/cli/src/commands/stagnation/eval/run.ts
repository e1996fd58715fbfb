import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  fail,
  type JudgedStream,
  judgeCalls,
  ok,
  plainLine,
  readCallStream,
  type Result,
  scoreJudgements,
  type Share,
  type StagnationScore,
} from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { renderFailure } from "../../../errors/render-failure.ts";
import { EXIT, type ExitCode } from "../../../exit-code.ts";

/**
 * Judges recorded streams (`docs/spec/stagnation.md`): a verdict a line, then the summary. A line that cannot
 * be read is named with its number on stderr, the others are judged, and the exit code is 2.
 */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = input.argument("file") ?? "-";
  const text = await readText(file, context);
  if (!text.ok) return complain(text.failure, context);
  const judged: JudgedStream[] = [];
  let unreadable = 0;
  for (const [index, line] of text.value.split("\n").entries()) {
    if (line.trim() === "") continue;
    const stream = readCallStream(line);
    if (!stream.ok) {
      unreadable += 1;
      complain(`${file}:${index + 1}: the line is no stream of calls: ${stream.failure}`, context);
      continue;
    }
    const judgement = judgeCalls(stream.value);
    judged.push({ judgement, expect: stream.value.expect });
    if (context.output === "json") context.stdout.write(`${JSON.stringify(judgement)}\n`);
    else if (context.output !== "quiet")
      context.stdout.write(
        judgement.verdict === "ok"
          ? `ok     ${plainLine(judgement.id)}\n`
          : `stuck  ${plainLine(judgement.id)}  ${judgement.pattern} at call ${judgement.at}\n`,
      );
  }
  const score = scoreJudgements(judged);
  context.stdout.write(
    context.output === "json"
      ? `${JSON.stringify({ summary: { ...score, unreadable } })}\n`
      : summaryText(score, unreadable),
  );
  return unreadable === 0 ? EXIT.done : EXIT.usage;
}

async function readText(file: string, context: CommandContext): Promise<Result<string, string>> {
  try {
    if (file === "-") return ok(await context.stdin.readAll(LARGEST_INPUT));
    return ok(readFileSync(resolve(context.cwd, file), "utf8"));
  } catch (cause) {
    return fail(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const LARGEST_INPUT = 256 * 1024 * 1024;

function complain(message: string, { stderr, colour, width }: CommandContext): ExitCode {
  const failure = {
    code: "BW018",
    message: plainLine(message),
    fix: 'write one stream a line: {"id": "a", "calls": [{"tool": "Read", "args": {"file_path": "x"}, "result": "…"}]}',
  };
  stderr.write(renderFailure(failure, { colour: colour.stderr, width }));
  return EXIT.usage;
}

function summaryText(score: StagnationScore, unreadable: number): string {
  const lines = [`${score.streams} streams: ${score.stuck} stuck, ${score.ok} ok, ${unreadable} unreadable`];
  if (score.expected > 0)
    lines.push(
      `of ${score.expected} with an expectation: precision ${shareText(score.precision)}, recall ${shareText(score.recall)}, ${score.late.length} told late`,
      ...(score.missed.length === 0 ? [] : [`missed: ${score.missed.map((id) => plainLine(id)).join(", ")}`]),
      ...(score.false.length === 0 ? [] : [`false: ${score.false.map((id) => plainLine(id)).join(", ")}`]),
    );
  return `${lines.join("\n")}\n`;
}

function shareText(share: Share | null): string {
  if (share === null) return "not measured";
  return `${share.share} (${share.low} to ${share.high}, n=${share.of})`;
}
