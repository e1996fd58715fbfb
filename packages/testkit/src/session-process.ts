import { spawn, type ChildProcess } from "node:child_process";
import { isJsonObject, LineReader, parseJson, textOf, type JsonObject } from "@breakwater/agents";

/** How the process that held a session ended, and what it wrote. */
export type SessionEnd = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of stdout, in order. */
  readonly lines: readonly JsonObject[];
  /** Codes of the failures that it told, in order. */
  readonly failures: readonly string[];
  readonly stderr: string;
};

/** A process that holds a session. */
export type SessionProcess = {
  readonly pid: number;
  /** Resolves with the `count`th fact of a type that it tells; rejects when it ends before. */
  readonly heard: (type: string, count?: number) => Promise<JsonObject>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<SessionEnd>;
};

/** Starts a program that prints facts as JSON lines. */
export function startSessionProcess(
  command: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): SessionProcess {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const told = new Told();
  const stderr = keepStderr(child);
  const reader = new LineReader(MOST_LINE_BYTES, (line) => told.take(parseJson(line.text)));
  child.stdout?.on("error", () => {}).on("data", (chunk: Buffer) => reader.add(chunk));
  const ended = new Promise<SessionEnd>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`Starting ${file}: ${cause.message}`)));
    child.once("close", (code, signal) => {
      reader.end();
      const failures = told.lines.flatMap((line) => codeOf(line));
      resolve({ code, signal, lines: told.lines, failures, stderr: stderr() });
      told.end(`it ended with ${code ?? signal}: ${failures.join(" ")} ${stderr()}`);
    });
  });
  return {
    pid: child.pid ?? 0,
    heard: (type, count = 1) => told.heard(type, count),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

const MOST_LINE_BYTES = 16 * 1024 * 1024;
const MOST_STDERR = 64 * 1024;

function keepStderr({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr
    ?.on("error", () => {})
    .on("data", (chunk: Buffer) => {
      text = (text + chunk.toString("utf8")).slice(-MOST_STDERR);
    });
  return () => text;
}

/** A line of type `failure` carries one. */
function codeOf({ type, failure }: JsonObject): readonly string[] {
  const code = type === "failure" && isJsonObject(failure) ? textOf(failure.code) : undefined;
  return code === undefined ? [] : [code];
}

type Expected = {
  readonly type: string;
  readonly count: number;
  readonly met: (line: JsonObject) => void;
  readonly missed: (cause: Error) => void;
};

class Told {
  readonly lines: JsonObject[] = [];
  #expected: Expected[] = [];
  #over: string | undefined;

  take(value: unknown): void {
    if (!isJsonObject(value)) return;
    this.lines.push(value);
    this.#expected = this.#expected.filter(({ type, count, met }) => {
      const found = this.#nth(type, count);
      if (found !== undefined) met(found);
      return found === undefined;
    });
  }

  heard(type: string, count: number): Promise<JsonObject> {
    const found = this.#nth(type, count);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((met, missed) => {
      const missing = new Error(`Waiting for "${type}" number ${count}: ${this.#over}`);
      if (this.#over === undefined) this.#expected.push({ type, count, met, missed });
      else missed(missing);
    });
  }

  end(how: string): void {
    this.#over = how;
    for (const { type, count, missed } of this.#expected)
      missed(new Error(`Waiting for "${type}" number ${count}: ${how}`));
    this.#expected = [];
  }

  #nth(type: string, count: number): JsonObject | undefined {
    return this.lines.filter((line) => line.type === type)[count - 1];
  }
}
