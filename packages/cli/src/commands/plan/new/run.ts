import { RUNTIMES } from "@breakwater/agents";
import { plainLine } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { writeNewFile } from "../../../plan/write-new-file.ts";

/** Writes a skeleton that lints without errors once its scopes are real. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const title = plainLine(input.argument("title") ?? "").replaceAll('"', "'");
  const text = skeleton(title, input.option("session") ?? "feature", RUNTIMES[0]?.name ?? "claude");
  const out = input.option("out");
  if (out === undefined) {
    context.stdout.write(text);
    return EXIT.done;
  }
  const written = writeNewFile(out, text, context.cwd);
  if (!written.ok) return reportFailure({ failure: written.failure }, context);
  context.stdout.write(`wrote ${plainLine(out)}\nnext  breakwater plan lint ${plainLine(out)}\n`);
  return EXIT.done;
}

function skeleton(title: string, session: string, agent: string): string {
  return `---
breakwater: 1
title: "${title}"
session: ${session}
agents: { default: ${agent} }
---

# ${title}

Say in a few sentences what shall be true afterwards, and what shall not change.

## Wave 1: Discovery

### T1 Find where it belongs
- role: discovery
- scope: read-only
- produces: the files and functions that matter, with the reason for each

## Wave 2: Impl-Core

### T2 Build it
- role: impl-core
- scope: \`src/**\`, \`test/**\`
- depends: T1
- verify: \`npm test\`
- done when: a test shows the new behaviour

Everything after the list is the brief that the agent gets, word for word.
`;
}
