import { ensureExcludes, openRepository, resolvePlatform } from "@breakwater/node";
import { plainLine } from "@breakwater/core";
import type { Failure } from "@breakwater/core";
import { tryCommand, triedText } from "../../check/try-command.ts";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { paint } from "../../output/paint.ts";
import { applyChanges, diffOf, undoChanges } from "./file-change.ts";
import type { FileChange } from "./file-change.ts";
import { CHECK_KEYS, findChecks } from "./find-check.ts";
import { hasSettings, initChanges } from "./init-plan.ts";
import type { CheckCommands } from "./init-plan.ts";

/** Makes a repository ready for sessions: finds its checks, shows every change, asks once, writes. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const repository = await openRepository(context.cwd);
  if (!repository.ok) return reportFailure({ failure: repository.failure }, context);
  const { root } = repository.value;
  if (input.flag("undo")) return undo(root, context);
  const dry = input.flag("dry-run");
  const commands = hasSettings(root, context)
    ? {}
    : await checkCommands(root, { context, isTried: !dry && !input.flag("no-run") });
  const changes = initChanges(root, commands, context);
  if (context.output !== "json" && context.output !== "quiet") showChanges(changes, context);
  if (dry) return finish(changes, { context, wrote: false });
  if (changes.length > 0 && !(input.flag("yes") || (await isAgreed(context)))) return EXIT.decision;
  const applied = changes.length === 0 ? undefined : applyChanges(root, changes);
  if (applied?.ok === false) return reportFailure({ failure: applied.failure }, context);
  const { stateDir } = resolvePlatform(root, {
    env: context.env,
    ...(context.platform === undefined ? {} : { flag: context.platform }),
  });
  const excluded = await ensureExcludes(repository.value, stateDir);
  if (!excluded.ok) return reportFailure({ failure: excluded.failure }, context);
  return finish(changes, { context, wrote: true });
}

/** The command of each check that the project seems to have; one whose program is missing is left out. */
async function checkCommands(
  root: string,
  { context, isTried }: { readonly context: CommandContext; readonly isTried: boolean },
): Promise<CheckCommands> {
  const found = findChecks(root);
  const commands: { -readonly [Key in keyof CheckCommands]: CheckCommands[Key] } = {};
  for (const key of CHECK_KEYS) {
    const check = found[key];
    if (check === undefined) {
      context.stderr.write(`${key.padEnd(18)} none found; written as skip\n`);
      continue;
    }
    const tried = isTried ? await tryCommand(check.command, { root, env: context.env }) : undefined;
    const said = tried === undefined ? "not tried" : triedText(tried);
    context.stderr.write(`${key.padEnd(18)} ${plainLine(check.command)}  (${check.because}): ${said}\n`);
    if (tried?.verdict !== "missing") commands[key] = check.command;
  }
  return commands;
}

function showChanges(changes: readonly FileChange[], context: CommandContext): void {
  for (const change of changes) {
    const lines = diffOf(change).map((line) => {
      const text = plainLine(line, 2000);
      return paint(text, context.colour.stdout, line.startsWith("+") ? "green" : "red");
    });
    context.stdout.write(`\n${lines.join("\n")}\n`);
  }
}

/** Asks in a terminal; elsewhere says how to agree. */
async function isAgreed(context: CommandContext): Promise<boolean> {
  if (!context.interactive) {
    reportFailure({ failure: needsYes }, context);
    return false;
  }
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message: "Write this?" })) === true;
}

const needsYes: Failure = {
  code: "BW017",
  message: "init asks before it writes, and there is nobody to ask",
  fix: "look at the changes above, then run it with --yes",
};

function undo(root: string, context: CommandContext): ExitCode {
  const undone = undoChanges(root);
  if (!undone.ok) return reportFailure({ failure: undone.failure }, context);
  if (context.output === "json") context.stdout.write(jsonLine("init.undone", { paths: undone.value }));
  else context.stdout.write(`taken back: ${undone.value.join(", ")}\n`);
  return EXIT.done;
}

function finish(
  changes: readonly FileChange[],
  { context, wrote }: { readonly context: CommandContext; readonly wrote: boolean },
): ExitCode {
  const { stdout, output } = context;
  if (output === "json") {
    stdout.write(jsonLine("init", { wrote, changes: changes.map(({ path, after }) => ({ path, after })) }));
  } else if (output !== "quiet") {
    const paths = changes.map(({ path }) => path).join(", ");
    const done = changes.length === 0 ? "this repository is ready; nothing to write" : `wrote ${paths}`;
    stdout.write(
      wrote
        ? `\n${done}\n${nextStep(changes)}`
        : `\n${changes.length === 0 ? done : "nothing was written"}\n`,
    );
  }
  return EXIT.done;
}

function nextStep(changes: readonly FileChange[]): string {
  if (changes.length === 0) return "next  breakwater plan new TITLE --out plans/first.plan.md\n";
  return `next  git add ${changes.map(({ path }) => path).join(" ")} && git commit -m "Set up Breakwater"\n`;
}
