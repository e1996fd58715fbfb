import { MOST_PROOF, MOST_SUBJECTS, RecentMap } from "./bounded-memory.ts";
import { type Detector, leastOf, NO_SIGNALS, type Signal } from "./detector.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { StagnationRules } from "./rules.ts";
import type { FileEffect, ToolCall } from "./tool-call.ts";

type FileStory = {
  /** Contents in the order in which they came, the present one last; each at most once. */
  states: Fingerprint[];
  /** Returns to an earlier content since the last content that was new. */
  returns: number;
  edits: number;
  calls: string[];
};

/**
 * `edit-revert`: the content of a file comes back to what it was, again and again with nothing new between;
 * taking back one idea is a single return. `repeated-edits`: one file is edited often, which proves nothing.
 */
export function watchEditCycles(rules: StagnationRules): Detector {
  const leastReturns = leastOf("edit-revert", rules);
  const leastEdits = leastOf("repeated-edits", rules);
  const stories = new RecentMap<string, FileStory>(MOST_SUBJECTS);
  return (call) => {
    const { effects, kind, paths } = call;
    const touched = kind === "write" || kind === "delete" || effects.length > 0;
    if (!touched || (!call.ok && effects.length === 0)) return NO_SIGNALS;
    let signals = NO_SIGNALS;
    for (let index = 0; index < paths.length && index < MOST_FILES; index += 1) {
      const path = paths[index] ?? "";
      let story = stories.get(path);
      if (story === undefined) stories.set(path, (story = { states: [], returns: 0, edits: 0, calls: [] }));
      goOn(
        story,
        effects.findLast((each) => each.path === path),
        call,
      );
      if (story.returns >= leastReturns || story.edits >= leastEdits)
        signals = [...signals, ...signalsOf(story, path)];
    }
    return signals;
  };
}

const MOST_STATES = 12;
const MOST_FILES = 8;

function goOn(story: FileStory, effect: FileEffect | undefined, call: ToolCall): void {
  story.edits += 1;
  if (effect === undefined) {
    story.states = [];
    story.calls = [];
    story.returns = 0;
    return;
  }
  if (effect.content !== story.states.at(-1)) keep(story.calls, call.call, MOST_PROOF);
  foundAt(story, effect);
  arriveAt(story, effect.content);
}

/** The story up to the state in which this call found the file, whoever brought it there. */
function foundAt(story: FileStory, { before, from }: FileEffect): void {
  if (before !== undefined) arriveAt(story, before);
  // Where only the edit tells its text, the same text may stand in several places: no return is seen.
  else if (from !== undefined && from !== story.states.at(-1)) {
    story.states = [from];
    story.returns = 0;
  }
}

function arriveAt(story: FileStory, content: Fingerprint): void {
  const { states } = story;
  const found = states.indexOf(content);
  if (found !== -1 && found === states.length - 1) return;
  story.returns = found === -1 ? 0 : story.returns + 1;
  if (found !== -1) states.splice(found, 1);
  keep(states, content, MOST_STATES);
}

function keep<T>(items: T[], item: T, most: number): void {
  items.push(item);
  if (items.length > most) items.shift();
}

function signalsOf({ returns, edits, calls }: FileStory, path: string): readonly Signal[] {
  return [
    {
      pattern: "edit-revert",
      subject: path,
      count: returns,
      path,
      calls: [...calls],
      evidence: () =>
        `${path}: its content came back to an earlier one ${returns} times with nothing new between`,
    },
    {
      pattern: "repeated-edits",
      subject: path,
      count: edits,
      path,
      calls: [...calls],
      evidence: () => `${path}: edited ${edits} times`,
    },
  ];
}
