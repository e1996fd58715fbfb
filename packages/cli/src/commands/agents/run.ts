import { type DoorProof, GUARANTEES, type Guarantee, RUNTIMES, UNOFFERED_RUNTIMES } from "@breakwater/agents";
import { plainLine } from "@breakwater/core";
import { openRepository } from "@breakwater/node";
import { type DoorTrial, tryDoor } from "@breakwater/shells";
import { doorTrial } from "../../agent/door-trial.ts";
import { type AgentLook, isDoorBroken, lookAtAgent } from "../../agent/look-at-agent.ts";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";

type Shown = AgentLook & { readonly door?: DoorProof };

/** Prints the matrix of guarantees. Exit code 8 where no agent can be used, or a door that was tried does not hold. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const trial = input.flag("prove") ? await trialHere(context) : undefined;
  const agents: Shown[] = [];
  for (const runtime of [...RUNTIMES, ...UNOFFERED_RUNTIMES]) {
    const look = await lookAtAgent(runtime);
    const tried = trial !== undefined && look.probe.found;
    agents.push(tried ? { ...look, door: await tryDoor(runtime, trial) } : look);
  }
  const holds = agents.every(({ door }) => door === undefined || !isDoorBroken(door));
  const code = holds && agents.some(({ probe }) => probe.found) ? EXIT.done : EXIT.unfit;
  if (context.output === "json") context.stdout.write(jsonLine("agents", { agents: agents.map(fieldsOf) }));
  else if (context.output !== "quiet") context.stdout.write(`${pageOf(agents).join("\n")}\n`);
  return code;
}

async function trialHere(context: CommandContext): Promise<DoorTrial> {
  const repository = await openRepository(context.cwd);
  return doorTrial(context, repository.ok ? { repository: repository.value } : {});
}

function fieldsOf({ name, probe, untested, guarantees, door }: Shown): object {
  const { found, version, path, problems } = probe;
  return {
    name,
    found,
    untested,
    ...(version === undefined ? {} : { version }),
    ...(path === undefined ? {} : { path }),
    problems: problems.map(({ code, message, fix }) => ({
      code,
      message,
      ...(fix === undefined ? {} : { fix }),
    })),
    guarantees,
    ...(door === undefined ? {} : { door }),
  };
}

function pageOf(agents: readonly Shown[]): readonly string[] {
  const heads = agents.map(headOf);
  const first = Math.max(...GUARANTEES.map((name) => name.length));
  const widths = agents.map(({ guarantees }, at) =>
    Math.max(heads[at]?.length ?? 0, ...GUARANTEES.map((name) => cell(guarantees[name]).length)),
  );
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(first)}  ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd();
  return [
    line("", heads),
    ...GUARANTEES.map((name) =>
      line(
        name,
        agents.map(({ guarantees }) => cell(guarantees[name])),
      ),
    ),
    ...agents.flatMap(notesOf),
  ];
}

function headOf({ name, probe, untested }: Shown): string {
  const marks = [probe.found ? [] : ["not found"], untested ? ["untested"] : []].flat();
  const version = probe.found ? ` ${probe.version ?? "?"}` : "";
  return `${name}${version}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

function cell({ holds, evidence }: Guarantee): string {
  return holds === "unknown" ? "unknown" : `${holds}, ${evidence}`;
}

function notesOf({ name, probe, guarantees, door }: Shown): readonly string[] {
  const notes = GUARANTEES.flatMap((each) => {
    const { note } = guarantees[each];
    return note === undefined ? [] : [`  ${each}: ${plainLine(note)}`];
  });
  const problems = probe.problems.map(
    ({ message, fix }) => `  ${plainLine(message)}${fix === undefined ? "" : `; ${plainLine(fix)}`}`,
  );
  const proof =
    door === undefined ? [] : [`  door: ${door.outcome}, ${door.ms} ms: ${plainLine(door.detail)}`];
  const all = [...problems, ...proof, ...(probe.found ? notes : [])];
  return all.length === 0 ? [] : ["", name, ...all];
}
