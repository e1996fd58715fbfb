import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToolIntent } from "@breakwater/agents";
import { DOOR_TOKEN } from "../hook/frame.ts";

/**
 * Who of a host's agents works on which attempt. A ticket is opened when its attempt is handed out; the first
 * call of a subagent names it, and from then on every call of that agent is judged at that attempt's door. All
 * of it lies below the control folder of the checkout, where no attempt may write.
 */
export type AgentRoute =
  /** No attempt is out with a host, or it is the person's own agent that calls. */
  | { readonly kind: "own" }
  | { readonly kind: "door"; readonly folder: string }
  /** The call is one of our own tools, which change nothing that a door guards. */
  | { readonly kind: "ours" }
  | { readonly kind: "stranger"; readonly reason: string };

const TICKET = /^[0-9a-f]{32}$/u;
/** Our own tools as Claude Code spells them, from the plugin or from a server of that name. */
const OURS = /^mcp__(?:plugin_breakwater_)?breakwater__(brief|report|status|scope_check)$/u;

function folderOf(root: string): string {
  return join(root, ".orchestrator", "runtime", "host");
}

/** Notes that the attempt behind a door is out with a host. Those whose door is gone are forgotten. */
export function openTicket(root: string, ticket: string, door: string): void {
  const folder = folderOf(root);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!isOpen(readDoor(file))) rmSync(file, { force: true });
  }
  writeFileSync(join(folder, `ticket-${ticket}`), door, { mode: 0o600 });
}

/** Where a call belongs. Reads a few small files, and none where nothing was handed out. */
export function routeCall(root: string, { agent, tool, input }: ToolIntent): AgentRoute {
  const folder = folderOf(root);
  if (agent === undefined || !existsSync(folder)) return { kind: "own" };
  const [, ours] = OURS.exec(tool) ?? [];
  const known = readDoor(join(folder, agentFile(agent)));
  if (known !== undefined) return ours === undefined ? { kind: "door", folder: known } : { kind: "ours" };
  if (!readdirSync(folder).some((name) => isOpen(readDoor(join(folder, name))))) return { kind: "own" };
  if (ours === "brief") return introduce(folder, agent, input?.["ticket"]);
  return {
    kind: "stranger",
    reason:
      "Breakwater hands out work in this checkout and does not know this agent. Call the tool `brief` of the server `breakwater` with the ticket that you were given; then your calls are judged by your task.",
  };
}

/** An agent is known once and for all: it cannot take up another ticket, and goes on at a door that is closed. */
function introduce(folder: string, agent: string, ticket: unknown): AgentRoute {
  const door =
    typeof ticket === "string" && TICKET.test(ticket)
      ? readDoor(join(folder, `ticket-${ticket}`))
      : undefined;
  if (!isOpen(door)) return { kind: "stranger", reason: "This ticket is not one that waits for an agent." };
  try {
    writeFileSync(join(folder, agentFile(agent)), door ?? "", { flag: "wx", mode: 0o600 });
    return { kind: "ours" };
  } catch {
    return { kind: "stranger", reason: "This agent could not be made known." };
  }
}

/** The name comes from the host and may be anything. */
function agentFile(agent: string): string {
  return `agent-${createHash("sha256").update(agent).digest("hex").slice(0, 32)}`;
}

function readDoor(file: string): string | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function isOpen(door: string | undefined): boolean {
  return door !== undefined && existsSync(join(door, DOOR_TOKEN));
}
