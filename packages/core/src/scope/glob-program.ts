import type { GlobPart, GlobSegment } from "./glob-segment.ts";

/**
 * One instruction of a compiled glob. `char` and `any` consume one character and go on to the next
 * instruction, `run` may consume any number of characters of a name, `fork` goes on at each of its targets
 * without consuming. Only `char` consumes a `/`.
 */
export type Step =
  | { readonly op: "char"; readonly char: string }
  | { readonly op: "any" }
  | { readonly op: "run" }
  | { readonly op: "fork"; readonly to: readonly number[] }
  | { readonly op: "end" };

/** A glob as a small automaton over the characters of a path; its size is linear in the glob's length. */
export type Program = readonly Step[];

/** Compiles segments. With `fullRuns` a `*` takes at least one character: used to find names that read well. */
export function compileProgram(segments: readonly GlobSegment[], fullRuns = false): Program {
  const steps: Step[] = [];
  segments.forEach((segment, index) => {
    if (segment.kind === "deep") return emitDeep(steps);
    for (const part of segment.parts) emitPart(steps, part, fullRuns);
    if (index < segments.length - 1) steps.push(SLASH);
  });
  steps.push({ op: "end" });
  return steps;
}

/** What may follow an instruction: where to go without consuming, and which character leads where. */
export type Moves = {
  readonly free: readonly number[];
  readonly on?: { readonly char: string | undefined; readonly to: number };
};

/** The moves of one instruction; `char` undefined is any character of a name. */
export function movesOf(program: Program, at: number): Moves {
  const step = stepAt(program, at);
  switch (step.op) {
    case "char":
      return { free: [], on: { char: step.char, to: at + 1 } };
    case "any":
      return { free: [], on: { char: undefined, to: at + 1 } };
    case "run":
      return { free: [at + 1], on: { char: undefined, to: at } };
    case "fork":
      return { free: step.to };
    case "end":
      return { free: [] };
  }
}

/** Counts the work of a match, so that a test can see that it stays linear. */
export type WorkMeter = { steps: number };

/**
 * Whether the whole text is spelt by the program. Never more than program length times text length steps:
 * all instructions that are possible at a character are followed side by side, each at most once.
 */
export function accepts(program: Program, text: string, meter?: WorkMeter): boolean {
  const marks: Marks = { seen: new Int32Array(program.length), meter };
  let live = settle(program, [0], marks, 1);
  let round = 1;
  for (const char of text) {
    round += 1;
    const next: number[] = [];
    for (const at of live) {
      const to = after(program, at, char);
      if (to !== undefined) next.push(to);
    }
    if (next.length === 0) return false;
    live = settle(program, next, marks, round);
  }
  return live.includes(program.length - 1);
}

/** Every instruction reachable from these without consuming a character, each once, sorted by nothing. */
export function settled(program: Program, from: readonly number[]): readonly number[] {
  return settle(program, [...from], { seen: new Int32Array(program.length) }, 1);
}

/** Where one instruction leads when the character is consumed; `undefined` where it does not fit. */
export function after(program: Program, at: number, char: string | undefined): number | undefined {
  const step = stepAt(program, at);
  if (step.op === "char") return step.char === char ? at + 1 : undefined;
  if (step.op === "fork" || step.op === "end" || char === "/") return undefined;
  return step.op === "any" ? at + 1 : at;
}

/** `seen` holds the round in which an instruction was last reached, so that it needs no clearing. */
type Marks = { readonly seen: Int32Array; readonly meter?: WorkMeter | undefined };

/** Uses `waiting` up. */
function settle(program: Program, waiting: number[], marks: Marks, round: number): number[] {
  const found: number[] = [];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (marks.seen[at] === round) continue;
    marks.seen[at] = round;
    if (marks.meter !== undefined) marks.meter.steps += 1;
    const step = stepAt(program, at);
    if (step.op === "fork") {
      for (const to of step.to) waiting.push(to);
      continue;
    }
    found.push(at);
    if (step.op === "run") waiting.push(at + 1);
  }
  return found;
}

function stepAt(program: Program, at: number): Step {
  const step = program[at];
  if (step === undefined) throw new Error(`Following a glob to instruction ${at} of ${program.length}`);
  return step;
}

const SLASH: Step = { op: "char", char: "/" };

/** Any number of `name/`: either go on, or consume one folder and come back. */
function emitDeep(steps: Step[]): void {
  const start = steps.length;
  steps.push({ op: "fork", to: [start + 1, start + 5] });
  steps.push({ op: "any" }, { op: "run" }, SLASH, { op: "fork", to: [start] });
}

function emitPart(steps: Step[], part: GlobPart, fullRuns: boolean): void {
  switch (part.kind) {
    case "text":
      for (const char of part.text) steps.push({ op: "char", char });
      return;
    case "any":
      steps.push({ op: "any" });
      return;
    case "run":
      if (fullRuns) steps.push({ op: "any" });
      steps.push({ op: "run" });
      return;
    case "choice":
      emitChoice(steps, part.options, fullRuns);
  }
}

function emitChoice(steps: Step[], options: readonly (readonly GlobPart[])[], fullRuns: boolean): void {
  const head = steps.length;
  const starts: number[] = [];
  const exits: number[] = [];
  steps.push({ op: "fork", to: [] });
  for (const option of options) {
    starts.push(steps.length);
    for (const part of option) emitPart(steps, part, fullRuns);
    exits.push(steps.length);
    steps.push({ op: "fork", to: [] });
  }
  steps[head] = { op: "fork", to: starts };
  for (const exit of exits) steps[exit] = { op: "fork", to: [steps.length] };
}
