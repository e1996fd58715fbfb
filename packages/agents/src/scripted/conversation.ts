import { randomUUID } from "node:crypto";
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, parseJson, present, textOf } from "../json-shape.ts";

/** Where conversations are kept, and the one to go on with. */
export type ConversationWish = {
  /** Absolute path of a folder that is there; without it nothing is kept. */
  readonly conversations?: string;
  readonly resume?: string;
};

/**
 * What is recorded of one step: it was begun, it ended, and which way a look at a file had gone. The script
 * itself is recorded by its text.
 */
type Mark = { readonly ended?: true; readonly holds?: boolean; readonly text?: string };

/**
 * What a player has done of its script, kept step by step in a file, so that a later player goes on where
 * this one stops. A step is named by its place in the script.
 */
export class Conversation {
  readonly id: string | undefined;
  readonly #marks: Map<string, Mark>;
  readonly #file: string | undefined;
  #handle: number | undefined;
  #lines = 0;

  private constructor(id: string | undefined, file: string | undefined, marks: Map<string, Mark>) {
    this.id = id;
    this.#file = file;
    this.#marks = marks;
    try {
      if (file !== undefined) this.#handle = openSync(file, "a", 0o600);
    } catch {
      this.#handle = undefined;
    }
  }

  /** Opens a new conversation or the one to go on with; undefined where there is no such one. */
  static open({ conversations, resume }: ConversationWish): Conversation | undefined {
    const id = resume ?? (conversations === undefined ? undefined : randomUUID());
    const file = conversations === undefined || id === undefined ? undefined : fileOf(conversations, id);
    const marks = resume === undefined ? new Map<string, Mark>() : readMarks(file);
    return marks === undefined ? undefined : new Conversation(id, file, marks);
  }

  /** The text of the script that was played last; undefined in a new conversation. */
  get script(): string | undefined {
    return this.#marks.get(SCRIPT)?.text;
  }

  /** Says which script is played from here on. Another one than before is played from its first step. */
  play(text: string): void {
    if (this.script === text) return;
    this.#marks.clear();
    this.mark(SCRIPT, { text });
  }

  of(place: string): Mark | undefined {
    return this.#marks.get(place);
  }

  /** Records a step before it is done, and after; what a conversation holds is bounded. */
  mark(place: string, mark: Mark): void {
    this.#marks.set(place, mark);
    if (this.#handle === undefined) return;
    this.#lines += 1;
    if (this.#lines > MOST_LINES) return this.#forget();
    writeSync(this.#handle, `${JSON.stringify({ place, ...mark })}\n`);
  }

  /** One that is too long to be kept is not gone on with; its next player says that there is none. */
  #forget(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}

const MOST_LINES = 20_000;

/** The place of the script itself. */
const SCRIPT = "script";

/** Ids are our own; whatever else stands there names no file. */
function fileOf(folder: string, id: string): string | undefined {
  return /^[0-9a-f-]{36}$/u.test(id) ? join(folder, `${id}.ndjson`) : undefined;
}

function readMarks(file: string | undefined): Map<string, Mark> | undefined {
  const marks = new Map<string, Mark>();
  const text = file === undefined ? undefined : readIfThere(file);
  for (const line of text?.split("\n") ?? []) {
    const value = parseJson(line);
    const place = isJsonObject(value) ? textOf(value.place) : undefined;
    if (!isJsonObject(value) || place === undefined) continue;
    if (place === SCRIPT) marks.clear();
    const holds = typeof value.holds === "boolean" ? { holds: value.holds } : {};
    const ended = value.ended === true ? ({ ended: true } as const) : {};
    marks.set(place, { ...holds, ...ended, ...present({ text: textOf(value.text) }) });
  }
  return marks.size === 0 ? undefined : marks;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
