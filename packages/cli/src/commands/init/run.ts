import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  BOOTSTRAP_LOCK,
  ensureExcludes,
  ignoredPaths,
  openRepository,
  readBootstrapLock,
  TIERS,
} from "@breakwater/node";
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
import { pluginsFolder } from "../../plugins-folder.ts";
import { applyChanges, diffOf, undoChanges } from "./file-change.ts";
import type { FileChange } from "./file-change.ts";
import { CHECK_KEYS, findChecks } from "./find-check.ts";
import { hostCommands, type HostCommand } from "./host-command.ts";
import { hasSettings, initChanges, platformOf, tierFor } from "./init-plan.ts";
import type { CheckCommands, InitOrder } from "./init-plan.ts";
import { ARCHETYPE_CHECKS, ARCHETYPES } from "./tier-file.ts";

/** Makes a repository ready for sessions: finds its checks, shows every change, asks once, writes. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const repository = await openRepository(context.cwd);
  if (!repository.ok) return reportFailure({ failure: repository.failure }, context);
  const { root } = repository.value;
  if (input.flag("undo")) return undo(root, context);
  const refusal = refuseOrder(root, input, context);
  if (refusal !== undefined) return reportFailure({ failure: refusal }, context);
  const dry = input.flag("dry-run");
  const changes = initChanges(root, await orderOf(root, input, context), context);
  if (context.output !== "json" && context.output !== "quiet") showChanges(changes, context);
  if (dry) return finish(changes, { context, wrote: false, ignored: [] });
  if (changes.length > 0 && !(input.flag("yes") || (await isAgreed(context)))) return EXIT.decision;
  const applied = changes.length === 0 ? undefined : applyChanges(root, changes);
  if (applied?.ok === false) return reportFailure({ failure: applied.failure }, context);
  const excluded = await ensureExcludes(repository.value, platformOf(root, context).stateDir);
  if (!excluded.ok) return reportFailure({ failure: excluded.failure }, context);
  const ignored = await ignoredPaths(
    repository.value,
    changes.map(({ path }) => path),
  );
  return finish(changes, { context, wrote: true, ignored });
}

/** What cannot be asked of this project. */
function refuseOrder(root: string, input: CommandInput, context: CommandContext): Failure | undefined {
  if (input.flag("retroactive") && !hasSettings(root, context))
    return {
      code: "BW827",
      message: "there is nothing to record: the project has no section of its own yet",
      why: "--retroactive writes only the record that a project was made ready by hand",
      fix: "breakwater init --tier fast",
    };
  if (!input.flag("refresh") || readBootstrapLock(root) !== undefined) return undefined;
  return {
    code: "BW828",
    message: `there is no valid ${BOOTSTRAP_LOCK} to refresh`,
    fix: "breakwater init --tier fast",
  };
}

async function orderOf(root: string, input: CommandInput, context: CommandContext): Promise<InitOrder> {
  const tier = TIERS.find((each) => each === input.option("tier"));
  const isRetroactive = input.flag("retroactive");
  const isRefresh = input.flag("refresh");
  const asked = ARCHETYPES.find((each) => each === input.option("archetype"));
  const archetype =
    tierFor(root, tier) === "fast" || hasManifest(root) ? undefined : (asked ?? "node-minimal");
  const isTried = !input.flag("dry-run") && !input.flag("no-run");
  const isKnown = isRetroactive || isRefresh || hasSettings(root, context);
  const commands = isKnown ? {} : await checkCommands(root, { context, isTried });
  return {
    isRetroactive,
    isRefresh,
    commands: archetype === undefined || isKnown ? commands : { ...ARCHETYPE_CHECKS[archetype], ...commands },
    ...(tier === undefined ? {} : { tier }),
    ...(archetype === undefined ? {} : { archetype }),
  };
}

const MANIFESTS = [
  "package.json",
  "pyproject.toml",
  "Cargo.toml",
  "go.mod",
  "Makefile",
  "pom.xml",
  "build.gradle",
  "Gemfile",
  "composer.json",
  "index.html",
];

/** Whether a project has begun already, in whatever language. */
function hasManifest(root: string): boolean {
  return MANIFESTS.some((name) => existsSync(join(root, name)));
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
      context.stderr.write(`${key.padEnd(18)} none found\n`);
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
  {
    context,
    wrote,
    ignored,
  }: { readonly context: CommandContext; readonly wrote: boolean; readonly ignored: readonly string[] },
): ExitCode {
  const { stdout, output } = context;
  const hosts = hostCommands(pluginsFolder(), context.env);
  if (output === "json") {
    const shown = changes.map(({ path, after }) => ({ path, after }));
    stdout.write(jsonLine("init", { wrote, changes: shown, hosts }));
  } else if (output !== "quiet") {
    const paths = changes.map(({ path }) => path).join(", ");
    const done = changes.length === 0 ? "this repository is ready; nothing to write" : `wrote ${paths}`;
    stdout.write(
      wrote
        ? `\n${done}\n${hosts.map(hostLine).join("")}${nextStep(changes, ignored)}`
        : `\n${changes.length === 0 ? done : "nothing was written"}\n`,
    );
  }
  return EXIT.done;
}

/** A plugin is a person's to install: the command is said, never run. */
function hostLine({ host, command }: HostCommand): string {
  return `for ${host}  ${command}\n`;
}

function nextStep(changes: readonly FileChange[], ignored: readonly string[]): string {
  if (changes.length === 0) return "next  breakwater plan new TITLE --out plans/first.plan.md\n";
  const paths = changes.map(({ path }) => path).join(" ");
  // A project that ignores the folder as a whole still has to commit the record.
  const force = ignored.length === 0 ? "" : "-f ";
  return `next  git add ${force}${paths} && git commit -m "Set up Breakwater"\n`;
}
