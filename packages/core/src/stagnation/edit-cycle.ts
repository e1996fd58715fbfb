import { keepYoung, MOST_PROOF, MOST_SUBJECTS, withNewest } from "./bounded-memory.ts";
import { type Detector, NO_SIGNALS, type Signal } from "./detector.ts";
import type { FileEffect, ToolCall } from "./tool-call.ts";

type FileStory = {
  /** Contents in the order in which they came, the present one last; each at most once. */
  readonly states: readonly string[];
  /** Returns to an earlier content since the last content that was new. */
  readonly returns: number;
  readonly edits: number;
  readonly calls: readonly string[];
};

/**
 * `edit-revert`: the content of a file comes back to what it was, again and again with nothing new between;
 * taking back one idea is a single return. `repeated-edits`: one file is edited often, which proves nothing.
 */
export function watchEditCycles(): Detector {
  const stories = new Map<string, FileStory>();
  return (call) => {
    const touched = call.kind === "write" || call.kind === "delete" || call.effects.length > 0;
    if (!touched || (!call.ok && call.effects.length === 0)) return NO_SIGNALS;
    let signals = NO_SIGNALS;
    for (const path of call.paths.slice(0, MOST_FILES)) {
      const effect = call.effects.findLast((each) => each.path === path);
      const story = nextStory(stories.get(path) ?? UNKNOWN_STORY, effect, call);
      keepYoung(stories, [path, story], MOST_SUBJECTS);
      if (story.returns > 0 || story.edits > 1) signals = [...signals, ...signalsOf(story, path)];
    }
    return signals;
  };
}

const UNKNOWN_STORY: FileStory = { states: [], returns: 0, edits: 0, calls: [] };
const MOST_STATES = 12;
const MOST_FILES = 8;

function nextStory(before: FileStory, effect: FileEffect | undefined, call: ToolCall): FileStory {
  const edited = { ...before, edits: before.edits + 1 };
  if (effect === undefined) return { ...edited, states: [], returns: 0, calls: [] };
  const calls = withNewest(before.calls, call.call, MOST_PROOF);
  const { states, returns } = arriveAt(foundAt(edited, effect), effect.content);
  return {
    ...edited,
    states,
    returns,
    calls: effect.content === before.states.at(-1) ? before.calls : calls,
  };
}

/** The story up to the state in which this call found the file, whoever brought it there. */
function foundAt(story: FileStory, { before, from }: FileEffect): FileStory {
  if (before !== undefined) return arriveAt(story, before);
  // Where only the edit tells its text, the same text may stand in several places: no return is seen.
  if (from === undefined || from === story.states.at(-1)) return story;
  return { ...story, states: [from], returns: 0 };
}

function arriveAt(story: FileStory, content: string): FileStory {
  if (content === story.states.at(-1)) return story;
  const returns = story.states.includes(content) ? story.returns + 1 : 0;
  return { ...story, states: moved(story.states, content), returns };
}

function moved(states: readonly string[], state: string): readonly string[] {
  return withNewest(
    states.filter((each) => each !== state),
    state,
    MOST_STATES,
  );
}

function signalsOf({ returns, edits, calls }: FileStory, path: string): readonly Signal[] {
  return [
    {
      pattern: "edit-revert",
      subject: path,
      count: returns,
      path,
      calls,
      evidence: () =>
        `${path}: its content came back to an earlier one ${returns} times with nothing new between`,
    },
    {
      pattern: "repeated-edits",
      subject: path,
      count: edits,
      path,
      calls,
      evidence: () => `${path}: edited ${edits} times`,
    },
  ];
}
