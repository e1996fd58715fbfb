import type { Conversation } from "./conversation.ts";
import type { BeginMessage } from "./protocol.ts";
import type { HostLine } from "./host-line.ts";
import type { Script } from "./script.ts";

/** What the player has while it plays one script. */
export type Stage = {
  readonly begin: BeginMessage;
  readonly line: HostLine;
  /** Absolute; every relative path of a script starts here. */
  readonly workspace: string;
  /** Aborted when a message arrived and the script wants to be interrupted by it. */
  readonly interrupted: AbortSignal;
  readonly inbox: Inbox;
  readonly memory: Memory;
  /** What was done before, in this run or in the one that it goes on with. */
  readonly conversation: Conversation;
};

export type Memory = {
  /** What was said last: the last message where no report says otherwise. */
  lastSaid: string;
  /** True once a step made the player deaf to a closed line. */
  stubborn: boolean;
};

/** Messages that arrived and were not listened to yet. */
export type Inbox = {
  readonly waiting: string[];
  /** Resolves with the next message, which it takes out of the box. */
  readonly next: () => Promise<string>;
};

/** How a list of steps came to its end; `ended` means that nothing more is to be played. */
export type StepEnd = "played" | "ended" | "interrupted";

/** Sets the stage and connects the messages of the host with it. */
export function openStage(
  begin: BeginMessage,
  line: HostLine,
  { script, conversation }: { readonly script: Script; readonly conversation: Conversation },
): Stage {
  const interruption = new AbortController();
  const waiting: string[] = [];
  let wanting: ((text: string) => void) | undefined;
  const next = async (): Promise<string> => waiting.shift() ?? new Promise((resolve) => (wanting = resolve));
  line.onMessage((text) => {
    line.tell({ kind: "said", text: `Message received: ${text}` });
    if (wanting === undefined) waiting.push(text);
    else wanting(text);
    wanting = undefined;
    if (script.onMessage !== undefined) interruption.abort();
  });
  return {
    begin,
    line,
    workspace: process.cwd(),
    interrupted: interruption.signal,
    inbox: { waiting, next },
    memory: { lastSaid: "", stubborn: false },
    conversation,
  };
}
