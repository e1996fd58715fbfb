import type { DecisionId, PlanHash, SessionId, TaskId } from "../ids.ts";
import type { Schedule } from "../plan/schedule.ts";
import type { AgentRecord } from "./agent-record.ts";
import type { Base, CommitStyle, DocsOutcome, RunSettings } from "./fact.ts";

/** What a person or a host asks for; it may be refused. */
export type Request =
  | {
      readonly type: "start";
      readonly session: SessionId;
      readonly schedule: Schedule;
      readonly base: Base;
      readonly settings: RunSettings;
      readonly agents?: readonly AgentRecord[];
    }
  | { readonly type: "approve"; readonly hash: PlanHash; readonly by: string }
  | { readonly type: "pause"; readonly by: string; readonly reason: string }
  | { readonly type: "resume"; readonly by: string }
  | { readonly type: "stop"; readonly by: string; readonly reason: string }
  | { readonly type: "retry"; readonly task: TaskId; readonly by: string }
  | { readonly type: "drop"; readonly task: TaskId; readonly by: string; readonly reason: string }
  | { readonly type: "answer"; readonly decision: DecisionId; readonly option: string; readonly by: string }
  | { readonly type: "steer"; readonly task: TaskId; readonly text: string; readonly by: string }
  | {
      readonly type: "close";
      readonly by: string;
      readonly commits: "per-task" | "summary";
      /** What the change of the session shows of its documentation tasks. */
      readonly docs?: readonly DocsOutcome[];
      /** `task` where it is absent. */
      readonly style?: CommitStyle;
    }
  /** End the session without landing anything. */
  | { readonly type: "abandon"; readonly by: string; readonly reason: string };
