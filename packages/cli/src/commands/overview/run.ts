import { attentionOf, nextCommand, plainLine } from "@breakwater/core";
import { checkBootstrap } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { EXIT } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { locateCheckout } from "../../session/locate-checkout.ts";
import { unfinishedSession } from "../../session/session-store.ts";

type Overview = { readonly project: string; readonly session: string; readonly next: string };

/** Where this repository stands, in three lines, the last of which is the next command. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const overview = await look(context);
  if (context.output === "json") {
    context.stdout.write(jsonLine("overview", overview));
  } else {
    const { project, session, next } = overview;
    context.stdout.write(
      `project  ${plainLine(project)}\nsession  ${plainLine(session)}\nnext     ${plainLine(next)}\n`,
    );
  }
  return EXIT.done;
}

async function look({ cwd, env, platform }: CommandContext): Promise<Overview> {
  const checkout = locateCheckout(cwd);
  if (!checkout.ok) return { project: "this is no git repository", session: "none", next: "breakwater demo" };
  const { root } = checkout.value;
  const gate = checkBootstrap(root, { env, ...(platform === undefined ? {} : { platform }) });
  if (!gate.open)
    return {
      project: `${root} is not set up: ${gate.failure.message}`,
      session: "none",
      next: "breakwater init --tier fast",
    };
  const project = `${root} is ready (${gate.file}, tier ${gate.tier})`;
  const unfinished = unfinishedSession(checkout.value);
  if (!unfinished.ok) return { project, session: unfinished.failure.message, next: "breakwater doctor" };
  if (unfinished.value === undefined) return { project, session: "none is open", next: "breakwater go PLAN" };
  const { place, state } = unfinished.value;
  const waiting = attentionOf(state).length;
  const session = `${place.id}${waiting === 0 ? "" : `, ${waiting} waiting for you`}`;
  return { project, session, next: nextCommand(state) ?? "breakwater status" };
}
