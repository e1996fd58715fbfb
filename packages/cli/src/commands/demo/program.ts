import { startGroup } from "@breakwater/node";

/** How a program ended, and the end of what it wrote. */
export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A started program. */
export type Started = {
  /** SIGKILL to this one process, as a crash would end it; its agents live on. */
  readonly kill: () => void;
  readonly ended: Promise<Ended>;
};

/** The programs of one stage, so that all of them can be ended together. */
export type Programs = {
  readonly start: (file: string, args: readonly string[]) => Started;
  /** Kills all that run and waits for it. From then on nothing starts, and nobody hears of an end. */
  readonly end: () => Promise<void>;
};

type Place = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** Opens the programs that run at a place, each in a group of its own. */
export function openPrograms(place: Place): Programs {
  const running = new Set<Started>();
  let over = false;
  const untilOver = (end: Ended): Ended | Promise<Ended> => (over ? new Promise(() => {}) : end);
  return {
    start: (file, args) => {
      if (over) return { kill: () => {}, ended: new Promise(() => {}) };
      const started = startProgram(file, args, place);
      running.add(started);
      const ended = started.ended.then((end) => {
        running.delete(started);
        return untilOver(end);
      });
      return { kill: started.kill, ended };
    },
    end: async () => {
      over = true;
      for (const { kill } of running) kill();
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

/** How much of the end of what a child writes is kept. */
const MOST_TEXT = 64 * 1024;

function startProgram(file: string, args: readonly string[], { cwd, env }: Place): Started {
  const texts = { stdout: "", stderr: "" };
  const keep =
    (pipe: keyof typeof texts) =>
    (chunk: Buffer): void =>
      void (texts[pipe] = (texts[pipe] + chunk.toString("utf8")).slice(-MOST_TEXT));
  const group = startGroup({
    command: [file, ...args],
    cwd,
    env,
    onStdout: keep("stdout"),
    onStderr: keep("stderr"),
  });
  group.endInput();
  const ended = group.ended.then(({ code, signal, startError }) => {
    if (startError !== undefined) texts.stderr = startError.message;
    return { code, signal, ...texts };
  });
  return { kill: () => group.kill(), ended };
}
