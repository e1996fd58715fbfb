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
  /** Only `denied` proves that calls are judged before they happen; `built-in` is our own client. */
  readonly door: {
    readonly outcome:
      | "denied"
      | "built-in"
      | "untried"
      | "written"
      | "never-asked"
      | "no-answer"
      | "not-in-wall";
    readonly detail: string;
    readonly ms: number;
  };
};
