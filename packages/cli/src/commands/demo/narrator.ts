import { plainLine, timelineLine, type RecordedFact, type RunState } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import { jsonLine } from "../../output/json-line.ts";
import { paint } from "../../output/paint.ts";
import { factLine } from "../../session/fact-line.ts";
import { commentOn } from "./comment.ts";

/** How the story is told: lines for people, or one JSON line for each fact and sentence. */
export type Narrator = {
  /** Begins a part of the story, after a rest. */
  readonly heading: (text: string) => Promise<void>;
  readonly say: (text: string) => void;
  /** A line as a program printed it; it is made harmless. */
  readonly quote: (text: string) => void;
  readonly fact: (recorded: RecordedFact, state: RunState) => void;
};

/** How long the story rests at a heading; milliseconds. */
const RESTS = { fast: 0, normal: 700, slow: 2_500 } as const;

/** Opens the narrator of an output mode; `speed` is what was asked for. */
export function openNarrator(context: CommandContext, speed: string | undefined): Narrator {
  switch (context.output) {
    case "json":
      return jsonNarrator(context);
    case "quiet":
      return { heading: async () => {}, say: () => {}, quote: () => {}, fact: () => {} };
    case "tty":
    case "plain":
      return lineNarrator(context, restOf(context, speed));
  }
}

function restOf({ isTty }: CommandContext, speed = "normal"): number {
  if (speed === "slow") return RESTS.slow;
  return speed === "normal" && isTty ? RESTS.normal : RESTS.fast;
}

function lineNarrator({ stdout, colour, ascii }: CommandContext, rest: number): Narrator {
  const write = (text: string): void => stdout.write(`${text}\n`);
  return {
    heading: async (text) => {
      write(`\n${paint(text, colour.stdout, "bold")}`);
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    },
    say: (text) => write(`  ${text}`),
    quote: (text) => write(`    ${plainLine(text, 300)}`),
    fact: (recorded, state) => {
      const line = isWorthTelling(recorded) ? timelineLine(recorded, state) : undefined;
      if (line !== undefined) write(`  ${line}`);
      for (const comment of commentOn(recorded.fact))
        write(paint(`         ${ascii ? "->" : "→"} ${plainLine(comment, 300)}`, colour.stdout, "cyan"));
    },
  };
}

/** What is left out is in the journal; nobody could follow it at this pace. */
function isWorthTelling({ fact }: RecordedFact): boolean {
  return fact.type !== "result.snapshotted" && fact.type !== "session.approved";
}

function jsonNarrator({ stdout }: CommandContext): Narrator {
  const sentence = (kind: string, text: string): void => stdout.write(jsonLine("demo.told", { kind, text }));
  return {
    heading: async (text) => sentence("heading", text),
    say: (text) => sentence("sentence", text),
    quote: (text) => sentence("quote", plainLine(text, 300)),
    fact: (recorded, state) => stdout.write(factLine(recorded, state)),
  };
}
