import { isatty } from "node:tty";
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

/** The ports of this very process. */
export function processPorts(): ProgramPorts {
  const { stdout, stderr } = process;
  const columns = Number(process.env["COLUMNS"]);
  return {
    cwd: process.cwd(),
    env: process.env,
    version: programVersion(),
    now: () => new Date(),
    stdin: standardInput(),
    stdout: sinkOf(stdout, 1),
    stderr: sinkOf(stderr, 2),
    width: stdout.columns ?? stderr.columns ?? (columns > 0 ? columns : usualWidth),
    height: stdout.rows ?? stderr.rows ?? usualHeight,
  };
}

/** A reader that closes its end is no fault: what comes later is dropped without a word. */
function sinkOf(stream: NodeJS.WriteStream, descriptor: number): ProgramPorts["stdout"] {
  let closed = false;
  stream.on("error", () => {
    closed = true;
  });
  return {
    isTty: isatty(descriptor),
    write: (text) => {
      if (!closed) stream.write(text);
    },
    get closed() {
      return closed;
    },
  };
}

function standardInput(): TextSource {
  return {
    isTty: isatty(0),
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
