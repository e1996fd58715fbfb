import { repairOf, WAVES, type Course } from "./course.ts";
import {
  brokenContent,
  culpritPiece,
  MANIFEST,
  PIECES,
  SHARED_TEST,
  type Piece,
  type StoryFiles,
} from "./story.ts";

/** Where scripts meet the stage; absolute paths without quotes in them. */
export type Props = {
  /** A program that notes the start of an agent and holds it until a file of its name appears. */
  readonly hold: string;
  /** A file that gets a line for each start. */
  readonly starts: string;
};

/** What each agent does, by the name of its script; every one counts its start first. */
export function scriptFiles(course: Course, props: Props): StoryFiles {
  const plays = PIECES.map((piece) => [piece.id, stepsOf(piece, course, props)] as const);
  const repair = [started(repairOf(course), props), ...repairSteps(course)];
  return Object.fromEntries(
    [...plays, [repairOf(course), repair] as const].map(([id, steps]) => [
      `${id}.json`,
      `${JSON.stringify(steps, undefined, 2)}\n`,
    ]),
  );
}

/** Waits for the file `<name>` in the folder `<release>`, a minute at most. */
export function holdProgram({ starts }: Pick<Props, "starts">, release: string): string {
  return [
    "#!/bin/sh",
    `echo "$1" >> '${starts}'`,
    "left=600",
    `while [ ! -e '${release}'/"$1" ] && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done`,
    "",
  ].join("\n");
}

function stepsOf(piece: Piece, course: Course, props: Props): readonly object[] {
  const { id, title, file, content, test } = piece;
  const held = WAVES.final.some((each) => each === id);
  const written = id === course.culprit ? brokenContent(piece) : content;
  return [
    held ? { sneak: `sh '${props.hold}' ${id}` } : started(id, props),
    ...(id === course.denied ? DENIED : []),
    { write: file, content: written },
    ...(test === undefined ? [] : [{ write: test.file, content: test.content }]),
    ...(id === course.strayed ? STRAY : []),
    { report: "done", summary: title },
  ];
}

/** The door refuses the first step, and the script goes on. */
const DENIED: readonly object[] = [
  { say: "A library would do this; I add it." },
  { write: MANIFEST, content: '{ "dependencies": { "limiter": "*" } }\n' },
];

/** A program that asks nobody: no door sees it. */
const STRAY: readonly object[] = [
  { say: "That test only gets in the way." },
  { sneak: `echo '// nothing to test' > ${SHARED_TEST}` },
];

function repairSteps(course: Course): readonly object[] {
  const { file, content } = culpritPiece(course);
  return [
    { write: file, content },
    { report: "done", summary: "time comes in as an argument again" },
  ];
}

function started(id: string, { starts }: Props): object {
  return { sneak: `echo ${id} >> '${starts}'` };
}
