import { runInGroup, scrubbedEnvironment } from "@breakwater/node";

/** How a check of a project ended. A command that the shell could not start counts as missing. */
export type TriedCommand = {
  readonly verdict: "green" | "red" | "missing" | "timed-out";
  readonly code: number | null;
  readonly seconds: number;
  /** The last line that it printed, for people; not cleaned. */
  readonly lastLine: string;
};

const longestMs = 10 * 60_000;
const notExecutable = 126;
const notFound = 127;

/** Runs a check of the project once in its root, as a gate would run it, in a scrubbed environment. */
export async function tryCommand(
  command: string,
  { root, env }: { readonly root: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<TriedCommand> {
  const ended = await runInGroup({
    command: ["/bin/sh", "-c", command],
    cwd: root,
    env: scrubbedEnvironment({ source: env, extra: { CI: "1" } }),
    timeoutMs: longestMs,
    tailBytes: 8 * 1024,
  });
  const { code } = ended;
  const missing = ended.startError !== undefined || code === notExecutable || code === notFound;
  const verdict = ended.timedOut ? "timed-out" : missing ? "missing" : code === 0 ? "green" : "red";
  const said = `${ended.stdout.toString("utf8")}\n${ended.stderr.toString("utf8")}`;
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return { verdict, code, seconds: ended.durationMs / 1000, lastLine: lines.at(-1) ?? "" };
}

/** `green in 2.1 s`, `red in 0.4 s (exit 1)`, `not found`, `still running after 600 s, stopped`. */
export function triedText({ verdict, code, seconds }: TriedCommand): string {
  switch (verdict) {
    case "green":
      return `green in ${seconds.toFixed(1)} s`;
    case "red":
      return `red in ${seconds.toFixed(1)} s (exit ${code ?? "by a signal"})`;
    case "missing":
      return "its program was not found";
    case "timed-out":
      return `still running after ${Math.round(seconds)} s, stopped`;
  }
}
