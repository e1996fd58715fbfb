import { fstatSync, writeSync } from "node:fs";
import type { TextSink, TextSource } from "./command-context.ts";
import { programVersion } from "./version.ts";

/** What a run of the programme gets from outside; a test hands in its own. */
export type ProgramPorts = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly now: () => Date;
  readonly stdin: TextSource;
  readonly stdout: TextSink & { readonly isTty: boolean };
  readonly stderr: TextSink & { readonly isTty: boolean };
  readonly width: number;
  readonly height: number;
};

const usualWidth = 80;
const usualHeight = 24;

/** The ports of this very process. A stream is opened when something is written to it, because that takes time. */
export function processPorts(): ProgramPorts {
  const stdout = standardOutput();
  const stderr = sinkOf(2, () => process.stderr);
  const columns = Number(process.env["COLUMNS"]);
  const screen = stdout.isTty ? process.stdout : stderr.isTty ? process.stderr : undefined;
  return {
    cwd: process.cwd(),
    env: process.env,
    version: programVersion(),
    now: () => new Date(),
    stdin: standardInput(),
    stdout,
    stderr,
    width: screen?.columns ?? (columns > 0 ? columns : usualWidth),
    height: screen?.rows ?? usualHeight,
  };
}

/** Where results go. */
export function standardOutput(): ProgramPorts["stdout"] {
  return sinkOf(1, () => process.stdout);
}

/** A reader that closes its end is no fault: what comes later is dropped without a word. */
function sinkOf(descriptor: number, open: () => NodeJS.WriteStream): ProgramPorts["stdout"] {
  let closed = false;
  let stream: NodeJS.WriteStream | undefined;
  const opened = (): NodeJS.WriteStream => {
    stream ??= open().on("error", () => {
      closed = true;
    });
    return stream;
  };
  const isTty = isTerminal(descriptor);
  return {
    isTty,
    write: (text) => {
      if (closed) return;
      const rest = isTty || stream !== undefined ? text : writeStraight(descriptor, text);
      if (rest.length > 0) opened().write(rest);
    },
    get closed() {
      return closed;
    },
  };
}

/**
 * Writes without a stream, as a stream to a pipe or file would, but for its start; gives what is left for one:
 * a reader that takes no more for now, and the error that tells of one that is gone.
 */
function writeStraight(descriptor: number, text: string): Buffer {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch {
    // The stream meets the same fault and tells it.
  }
  return rest;
}

/** Most descriptors that are no terminal show it by their kind, so that the module for terminals is not needed. */
function isTerminal(descriptor: number): boolean {
  try {
    return (
      fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor)
    );
  } catch {
    return false;
  }
}

function standardInput(): TextSource {
  return {
    get isTty() {
      return isTerminal(0);
    },
    readAll: async (maxBytes) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of process.stdin) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > maxBytes) throw new Error(`Reading standard input: it is longer than ${maxBytes} bytes`);
        chunks.push(bytes);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}
