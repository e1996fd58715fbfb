import { RecentMap } from "./bounded-memory.ts";
import type { StagnationClass } from "./detection.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** One finished tool call in the terms that detectors compare; what costs is made when it is first looked at. */
export type ToolCall = {
  /** Position among the finished calls of its stream, from 1. */
  readonly n: number;
  readonly call: string;
  readonly tool: string;
  readonly kind: string;
  /** Tool and primary arguments without paging, for people; bounded. */
  readonly name: string;
  /** The first path, relative to the workspace where it is inside. */
  readonly path: string | undefined;
  readonly paths: readonly string[];
  /** Stands for tool and arguments without paging. */
  readonly request: Fingerprint;
  /** The part that was asked for; undefined where the arguments are not known. */
  readonly page: Page | undefined;
  readonly ok: boolean;
  readonly refused: boolean;
  /** Length and ends of its result, for a quick look. */
  readonly glimpse: Fingerprint;
  /** Whether it looked for something and found nothing. */
  readonly empty: boolean;
  /** Whether it failed; who looked for something and found nothing did not. */
  readonly failed: boolean;
  /** Set where it failed. */
  readonly error: CallError | undefined;
  /** Digest of what failed, for a check that failed or says so. */
  readonly failures: Fingerprint | undefined;
  readonly effects: readonly FileEffect[];
  /** Equal for calls with equal request, page, result and effect; undefined where an effect is not known. */
  readonly identity: number | undefined;
  /** Whether a call of this identity was there before. */
  readonly known: boolean;
  readonly patient: boolean;
  /** Whether it met what another try may not meet, or is a check that passes. */
  readonly grace: boolean;
};

/** `telling` where its text says enough to be known again under another command. */
export type CallError = {
  readonly class: StagnationClass;
  readonly digest: Fingerprint;
  readonly telling?: boolean;
};

/** Paging arguments of a request; `start` is where the part begins, as a number where it is one. */
export type Page = { readonly digest: Fingerprint; readonly start: number };

/**
 * What a call did to a file: `before` is what the host saw there when the call was announced, and `from` the
 * text that an edit replaced, where only the edit itself tells.
 */
export type FileEffect = {
  readonly path: string;
  readonly content: Fingerprint;
  readonly before?: Fingerprint | undefined;
  readonly from?: Fingerprint;
};

/** Whether a call may have changed something, so that trying again after it is no repetition. */
export function mayChange(call: ToolCall): boolean {
  if (call.kind === "read" || call.kind === "net" || (!call.ok && call.effects.length === 0)) return false;
  return call.effects.length === 0 || call.effects.some((effect) => effect.content !== effect.before);
}

/** The path that all these calls are about, if it is one. */
export function onlyPath(calls: readonly ToolCall[]): string | undefined {
  const paths = new Set(calls.map((call) => call.path));
  return paths.size === 1 ? calls[0]?.path : undefined;
}

/** Makes paths plain; an agent names few of them again and again. */
export function openPlainPaths(workspace: string | undefined): (written: string) => string {
  const known = new RecentMap<string, string>(MOST_KNOWN);
  return (written) => {
    const found = known.get(written);
    if (found !== undefined) return found;
    const plain = plainPath(written, workspace);
    if (written.length <= MOST_PATH) known.set(written, plain);
    return plain;
  };
}

/** A path relative to the workspace in its plain form; what is outside keeps its absolute form. */
export function plainPath(written: string, workspace: string | undefined): string {
  const cut = written.slice(0, MOST_PATH);
  const root = workspace === undefined ? undefined : `${workspace.replace(/\/{1,9}$/u, "")}/`;
  const inside = root !== undefined && cut.startsWith(root) ? cut.slice(root.length) : cut;
  const names: string[] = [];
  for (const name of inside.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else names.push(name);
  }
  return `${inside.startsWith("/") ? "/" : ""}${names.join("/")}`;
}

/** Whether a plain path lies inside the workspace. */
export function isInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && path !== ".." && !path.startsWith("../");
}

const MOST_PATH = 4_096;
const MOST_KNOWN = 256;
