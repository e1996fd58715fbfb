import type {
  AgentEnding,
  AgentResult,
  AgentRun,
  AgentRuntime,
  AgentSpec,
  Capabilities,
  RunningAgent,
} from "../contract.ts";
import { readLastWord } from "../claim.ts";
import { measuredNo, measuredYes } from "../guarantee.ts";
import { isTaken, makeOffer, readHandedReport } from "./offer.ts";

/**
 * The runtime that starts nothing: it offers its attempt to a host, whose own subagent works on it, and waits
 * for the report. The subagent's calls are judged at the attempt's door, to which the host's hook leads them by
 * the identity of the agent. Limits, audit, gates and journal are as with every other runtime; a wall is not,
 * because the host's process is none of ours.
 */
export const hostRuntime: AgentRuntime = {
  name: "host",
  inherits: [],
  homes: () => [],
  runsElsewhere: true,
  measured: {
    version: "1",
    rows: {
      "pre-write-denial": measuredYes(
        "in hosts that name the agent of each call to their hook, as Claude Code does",
      ),
      "fails-closed": measuredYes("the same; an agent that nobody knows is refused"),
      "continues-after-denial": measuredYes(),
      "turn-limit": measuredNo("the host's turns are not seen"),
      usage: measuredNo("the host's usage is not seen"),
      cost: measuredNo(),
      "live-usage": measuredNo(),
      resume: measuredNo(),
      fork: measuredNo(),
      sandbox: measuredNo("the host's process is not ours"),
      "subagent-identity": measuredYes("in Claude Code"),
    },
  },
  probe: async () => ({ found: true, version: "1", capabilities: CAPABILITIES, problems: [] }),
  start,
};

const CAPABILITIES: Capabilities = {
  door: "hook",
  doorFailsClosed: true,
  continuesAfterDenial: true,
  steer: false,
  resume: false,
  usage: "none",
  liveUsage: false,
};

/** How often the folder is looked at, and how often an attempt that nobody took shows that it lives. */
const LOOK_MS = 200;
const SIGN_MS = 20_000;

function start(spec: AgentSpec, run: AgentRun): RunningAgent {
  let settle: (result: AgentResult) => void = () => {};
  const result = new Promise<AgentResult>((resolve) => (settle = resolve));
  const over = new AbortController();
  const end = (ending: AgentEnding, message = ""): void => {
    over.abort();
    settle({ ending, exitCode: null, ...readLastWord(message) });
  };
  const stop = (): void => end({ kind: "failed", reason: "it was stopped before the host reported" });
  void offer(spec, run, { over: over.signal, end }).catch((cause: unknown) =>
    end({ kind: "gate-missing", message: cause instanceof Error ? cause.message : String(cause) }),
  );
  return { pid: undefined, result, interrupt: stop, kill: stop };
}

type Waiting = {
  readonly over: AbortSignal;
  readonly end: (ending: AgentEnding, message?: string) => void;
};

async function offer(spec: AgentSpec, run: AgentRun, { over, end }: Waiting): Promise<void> {
  const door = await run.openHookDoor({
    protocol: "claude",
    asked: (intent, decision) => {
      run.hear({ kind: "tool-intent", intent });
      if (!decision.allow) run.hear({ kind: "denied", intent, rule: decision.rule, reason: decision.reason });
    },
  });
  if (!door.ok) return end({ kind: "gate-missing", message: door.failure.message });
  if (over.aborted) return;
  const { folder } = door.value;
  makeOffer(folder, spec.attempt);
  const look = (): void => {
    const message = readHandedReport(folder);
    if (message === undefined) return;
    run.hear({ kind: "said", text: message });
    end({ kind: "completed" }, message);
  };
  // What nobody took yet is not idle: it waits for a person's host.
  const sign = (): void => {
    if (!isTaken(folder)) run.hear({ kind: "raw", source: "stdout", text: "waiting for a host" });
  };
  const timers = [setInterval(look, LOOK_MS), setInterval(sign, SIGN_MS)];
  over.addEventListener("abort", () => timers.forEach((timer) => clearInterval(timer)));
}
