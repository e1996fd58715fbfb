import { join } from "node:path";
import { isJsonObject, parseJson, type JsonObject } from "@breakwater/agents";
import { callTools, say, type ModelScript, type ModelServer, type ModelStep } from "@breakwater/testkit";

/** How a host's model runs a command: to its end, or so that it goes on beside the conversation. */
export type Shell = (command: string, more?: { readonly goesOn: true }) => ModelStep;

export const claudeShell: Shell = (command, more) =>
  callTools({ tool: "Bash", input: { command, ...(more === undefined ? {} : { run_in_background: true }) } });

/** Codex gives back what a command wrote by then, so the wait is long but for one that shall go on. */
export const codexShell: Shell = (cmd, more) =>
  callTools({ tool: "exec_command", input: { cmd, yield_time_ms: more === undefined ? 30_000 : 250 } });

/** The tools of our server as Claude Code names those of a plugin. */
export const TOOL = "mcp__plugin_breakwater_breakwater__";

const MOST_TURNS = 150;
const HASH = /^hash\s+([0-9a-f]{64})/mu;

/** What the skill of `go` tells a model to do: show, start what was agreed, then go on by `follow` until it is over. */
export function goScript(
  server: ModelServer,
  { file, shell, follow }: { readonly file: string; readonly shell: Shell; readonly follow: Follow },
): ModelScript {
  return ({ turn }) => {
    const said = heard(server, "host");
    const [, hash] = HASH.exec(said) ?? [];
    if (turn === 0) return shell(`breakwater plan show ${file}`);
    if (hash !== undefined)
      return shell(`breakwater go ${file} --approve ${hash} --decision-timeout 3600`, { goesOn: true });
    return turn > MOST_TURNS ? say("It takes too long.") : (follow(said) ?? say("It is over."));
  };
}

/** What follows what the client told of the last calls; nothing when the session is over. */
type Follow = (said: string) => ModelStep | undefined;

/** The fourth step of the skill: look until the session has settled. */
export const looking =
  (shell: Shell): Follow =>
  (said) =>
    /\bsettled\b/u.test(said) ? undefined : shell("breakwater status");

/** The sixth step of the skill: hand to subagents what `next` gives out. */
export const handingOut: Follow = (said) => {
  const value = parseJson(said);
  if (!isJsonObject(value) || !Array.isArray(value["dispatch"]))
    return callTools({ tool: `${TOOL}next`, input: {} });
  if (value["over"] === true) return undefined;
  const fresh = value["dispatch"].filter(isJsonObject).filter((each) => each["handedOutBefore"] === false);
  return fresh.length === 0
    ? callTools({ tool: `${TOOL}next`, input: {} })
    : callTools(...fresh.map(subagent));
};

function subagent({ prompt }: JsonObject): { readonly tool: string; readonly input: JsonObject } {
  const input = {
    description: "A task",
    prompt: String(prompt),
    subagent_type: "general-purpose",
    run_in_background: false,
  };
  return { tool: "Agent", input };
}

/** A subagent that makes itself known, writes its file, tries another's, and reports. */
export function workScript(server: ModelServer, name: string, files: readonly [string, string]): ModelScript {
  const [own, other] = files;
  let step = -1;
  return () => {
    const prompt = server.requestsOf(name).at(-1)?.userText ?? "";
    const [, ticket = ""] = /with the ticket ([0-9a-f]{32})/u.exec(prompt) ?? [];
    const [, workspace = ""] = /Work only below (\S+)\. /u.exec(prompt) ?? [];
    const write = (file: string): ModelStep =>
      callTools({
        tool: "Write",
        input: { file_path: join(workspace, file), content: "module.exports = 1;\n" },
      });
    const message = "STATUS: done — it is written";
    const steps = [
      callTools({ tool: `${TOOL}brief`, input: { ticket } }),
      write(own),
      write(other),
      callTools({ tool: `${TOOL}report`, input: { ticket, message } }),
    ];
    step += 1;
    return steps[step] ?? say(message);
  };
}

function heard(server: ModelServer, script: string): string {
  const last = server.requestsOf(script).at(-1);
  return (last?.outcomes ?? []).map(({ text }) => text).join("\n");
}
