import { readSync, writeSync } from "node:fs";
import { HOOK_PROTOCOLS, type HookProtocol, oneOf } from "@breakwater/agents";
import { askDoor, type HookAnswer, MOST_PAYLOAD, NO_ANSWER } from "@breakwater/shells";

/** How long a client may take to say what it is about to do; milliseconds. */
const INPUT_PATIENCE_MS = 5_000;

/**
 * The hook that agent clients start before a tool call (`docs/spec/door.md`): in an attempt it asks that
 * attempt's door, in a person's own session it judges by the project's command policy. Ends the process with
 * 0 or 2, nothing else, ever; a fault of our own is a denial.
 */
export async function runHook(argv: readonly string[]): Promise<never> {
  process.on("uncaughtException", () => process.exit(2));
  process.on("unhandledRejection", () => process.exit(2));
  const answer = await answerTo(argv).catch(() => NO_ANSWER);
  return print(answer);
}

function print({ exit, stdout, stderr }: HookAnswer): never {
  try {
    writeAll(2, stderr);
  } catch {
    // A client that does not listen to the reason still gets the code.
  }
  try {
    writeAll(1, stdout);
  } catch {
    process.exit(2);
  }
  return process.exit(exit);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

async function answerTo(argv: readonly string[]): Promise<HookAnswer> {
  const words = readWords(argv);
  if (words === undefined) return NO_ANSWER;
  const folder = words.door ?? process.env["BREAKWATER_DOOR"];
  const payload = await readInput();
  if (payload === undefined) return NO_ANSWER;
  if (folder !== undefined) return askDoor(folder, { protocol: words.protocol, payload });
  const { answerOwnSession } = await import("./own-session.ts");
  return answerOwnSession(payload, words.protocol);
}

type Words = { readonly door?: string; readonly protocol: HookProtocol | "auto" };

/** `undefined` for a word that nobody knows: a hook that is configured wrongly lets nothing through. */
function readWords(argv: readonly string[]): Words | undefined {
  let words: Words = { protocol: "auto" };
  for (let at = 0; at < argv.length; at += 2) {
    const value = argv[at + 1];
    const protocol = oneOf<HookProtocol | "auto">(value, [...HOOK_PROTOCOLS, "auto"]);
    if (argv[at] === "--door" && value !== undefined) words = { ...words, door: value };
    else if (argv[at] === "--protocol" && protocol !== undefined) words = { ...words, protocol };
    else return undefined;
  }
  return words;
}

/** Everything on stdin; `undefined` where it is too long, too slow or breaks. */
function readInput(): Promise<string | undefined> {
  // Reading at once spares Node the start of its streams; a stdin that cannot is read as one.
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    while (size <= MOST_PAYLOAD) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const got = readSync(0, chunk);
      if (got === 0) return Promise.resolve(Buffer.concat(chunks).toString("utf8"));
      chunks.push(chunk.subarray(0, got));
      size += got;
    }
    return Promise.resolve(undefined);
  } catch (cause) {
    const waits = cause instanceof Error && "code" in cause && cause.code === "EAGAIN";
    return waits ? readStream(chunks) : Promise.resolve(undefined);
  }
}

function readStream(chunks: Buffer[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    let size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const timer = setTimeout(() => resolve(undefined), INPUT_PATIENCE_MS);
    const end = (text: string | undefined): void => {
      clearTimeout(timer);
      resolve(text);
    };
    process.stdin.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_PAYLOAD) end(undefined);
    });
    process.stdin.on("end", () => end(Buffer.concat(chunks).toString("utf8")));
    process.stdin.on("error", () => end(undefined));
  });
}
