import { disjointScopes, plainLine } from "@breakwater/core";
import type { Disjointness } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { readScopes, trackedFiles } from "../read-scopes.ts";

/** Compares scopes by pattern and on the files of this repository. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const scopes = await readScopes(context);
  if (!scopes.ok) return reportFailure({ failure: scopes.failure }, context);
  const answer = disjointScopes(scopes.value, (await trackedFiles(context)) ?? []);
  if (context.output === "json") {
    context.stdout.write(jsonLine("scope.disjoint", answer));
  } else {
    for (const failure of answer.errors) reportFailure({ failure }, context);
    context.stdout.write(
      describe(answer)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  return answer.disjoint ? EXIT.done : EXIT.refused;
}

function describe({ disjoint, collisions, repeated }: Disjointness): readonly string[] {
  return [
    ...repeated.map((id) => `${plainLine(id)} is there twice`),
    ...collisions.map(({ left, right, on, overlap }) => {
      const both = `${plainLine(left)} (${plainLine(overlap.left)}) and ${plainLine(right)} (${plainLine(overlap.right)})`;
      return `${both} can both write ${plainLine(overlap.witness)}${on === "file" ? ", which exists" : ""}`;
    }),
    disjoint ? "disjoint" : "not disjoint",
  ];
}
