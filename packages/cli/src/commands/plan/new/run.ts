import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RUNTIMES } from "@breakwater/agents";
import { plainLine } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";

/** Writes a skeleton that lints without errors once its scopes are real. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const title = plainLine(input.argument("title") ?? "").replaceAll('"', "'");
  const text = skeleton(title, input.option("session") ?? "feature", RUNTIMES[0]?.name ?? "claude");
  const out = input.option("out");
  if (out === undefined) {
    context.stdout.write(text);
    return EXIT.done;
  }
  const path = resolve(context.cwd, out);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    const message = `${plainLine(out)} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
    return reportFailure(
      { failure: { code: "BW019", message, fix: "name a file that does not exist yet" } },
      context,
    );
  }
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
