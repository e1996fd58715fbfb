import { plainLine } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { pageTitle, readErrorPages } from "../../errors/error-page.ts";
import type { ErrorPages } from "../../errors/error-page.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { paint } from "../../output/paint.ts";

/** Prints the page of an error code. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const pages = readErrorPages();
  const asked = input.argument("code");
  if (asked === undefined) return list(pages, context);
  const code = codeOf(asked);
  const page = pages.get(code);
  if (page === undefined) {
    const message = `there is no error code ${plainLine(asked, 40)}`;
    const fix = "breakwater explain lists the codes of this version";
    return reportFailure({ failure: { code: "BW016", message, fix } }, context);
  }
  if (context.output === "json")
    context.stdout.write(jsonLine("explain", { code, title: pageTitle(page), page }));
  else context.stdout.write(painted(page, context.colour.stdout));
  return EXIT.done;
}

/** `203`, `bw203` and `BW203` are the same. */
function codeOf(asked: string): string {
  const digits = /^(?:bw)?(\d{3})$/i.exec(asked.trim())?.[1];
  return digits === undefined ? asked : `BW${digits}`;
}

function list(pages: ErrorPages, context: CommandContext): ExitCode {
  const codes = [...pages]
    .map(([code, page]) => ({ code, title: pageTitle(page) }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  if (context.output === "json") context.stdout.write(jsonLine("explain", { codes }));
  else context.stdout.write(`${codes.map(({ code, title }) => `${code}  ${title}`).join("\n")}\n`);
  return EXIT.done;
}

function painted(page: string, colour: boolean): string {
  return page.replace(/^#+ (.*)$/gm, (_, title: string) => paint(title, colour, "bold"));
}
