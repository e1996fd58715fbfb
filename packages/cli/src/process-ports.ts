import { fstatSync } from "node:fs";
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
  const stdout = sinkOf(1, () => process.stdout);
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
  return {
    isTty: isTerminal(descriptor),
    write: (text) => {
      if (!closed) opened().write(text);
    },
    get closed() {
      return closed;
    },
  };
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
    isTty: isTerminal(0),
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
