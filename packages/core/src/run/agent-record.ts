/** What was known of an agent when its session began: what it can do here, and what its door showed. */
export type AgentRecord = {
  readonly name: string;
  readonly version?: string;
  /** By the name of the guarantee; unknown is never yes. */
  readonly guarantees: Readonly<
    Record<
      string,
      {
        readonly holds: "yes" | "no" | "unknown";
        readonly evidence: "measured" | "documented" | "unknown";
        readonly note?: string;
      }
    >
  >;
  /** Only `denied` proves that calls are judged before they happen; `untried` where the client is our own. */
  readonly door: {
    readonly outcome: "denied" | "written" | "never-asked" | "no-answer" | "untried";
    readonly detail: string;
    readonly ms: number;
  };
};
