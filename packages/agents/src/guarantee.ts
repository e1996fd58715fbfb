import type { AgentRuntime, Capabilities, RuntimeProbe } from "./contract.ts";

/** What a plan may rely on, in the order in which it is shown. */
export const GUARANTEES = [
  "pre-write-denial",
  "fails-closed",
  "continues-after-denial",
  "turn-limit",
  "usage",
  "cost",
  "live-usage",
  "resume",
  "fork",
  "sandbox",
  "subagent-identity",
] as const;
export type GuaranteeName = (typeof GUARANTEES)[number];

/**
 * Whether an agent has it, and how that is known: `measured` on this very version of its client by the
 * conformance suite or by the canary, `documented` by its makers or measured on another version, else
 * `unknown`, which never counts as yes.
 */
export type Guarantee = {
  readonly holds: "yes" | "no" | "unknown";
  readonly evidence: "measured" | "documented" | "unknown";
  /** What else has to be known; one sentence. */
  readonly note?: string;
};
export type GuaranteeMatrix = Readonly<Record<GuaranteeName, Guarantee>>;

/** What was measured once, and on which version of the client. */
export type MeasuredGuarantees = {
  readonly version: string;
  /** The version of its program, where that counts otherwise than the package and was measured by itself. */
  readonly programVersion?: string;
  readonly rows: GuaranteeMatrix;
};

/**
 * The guarantees of an agent as found here: rows that were measured on another version count as documented;
 * a runtime without measured rows has what its capabilities say, documented, and the rest unknown.
 */
export function guaranteesOf(
  { measured }: Pick<AgentRuntime, "measured">,
  probe: RuntimeProbe,
): GuaranteeMatrix {
  if (measured === undefined) return claimed(probe.capabilities);
  if ([measured.version, measured.programVersion].includes(probe.version ?? "?")) return measured.rows;
  return mapRows(measured.rows, (row) =>
    row.evidence === "measured"
      ? {
          ...row,
          evidence: "documented",
          note: `${row.note === undefined ? "" : `${row.note}; `}measured on ${measured.version}`,
        }
      : row,
  );
}

export const measuredYes = (note?: string): Guarantee => row("yes", "measured", note);
export const measuredNo = (note?: string): Guarantee => row("no", "measured", note);
export const documented = (holds: boolean, note?: string): Guarantee =>
  row(holds ? "yes" : "no", "documented", note);
export const UNKNOWN_GUARANTEE: Guarantee = { holds: "unknown", evidence: "unknown" };

function row(
  holds: Guarantee["holds"],
  evidence: Guarantee["evidence"],
  note: string | undefined,
): Guarantee {
  return note === undefined ? { holds, evidence } : { holds, evidence, note };
}

function claimed(capabilities: Capabilities): GuaranteeMatrix {
  return {
    "pre-write-denial": documented(capabilities.door !== "none"),
    "fails-closed": documented(capabilities.doorFailsClosed),
    "continues-after-denial": documented(capabilities.continuesAfterDenial),
    "turn-limit": UNKNOWN_GUARANTEE,
    usage: documented(capabilities.usage !== "none"),
    cost: documented(capabilities.usage === "tokens-and-usd"),
    "live-usage": documented(capabilities.liveUsage),
    resume: documented(capabilities.resume),
    fork: UNKNOWN_GUARANTEE,
    sandbox: UNKNOWN_GUARANTEE,
    "subagent-identity": UNKNOWN_GUARANTEE,
  };
}

function mapRows(rows: GuaranteeMatrix, change: (row: Guarantee) => Guarantee): GuaranteeMatrix {
  // The keys stay what they were; only `Object.fromEntries` forgets them.
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, change(row)]),
  ) as GuaranteeMatrix;
}
