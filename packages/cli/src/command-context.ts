/** How results are written; `tty` may repaint, `plain` is one line per fact, `json` is NDJSON. */
export type OutputMode = "tty" | "plain" | "json" | "quiet";

/** Where text goes. A reader that went away closes it; writing then does nothing. */
export type TextSink = {
  readonly write: (text: string) => void;
  readonly closed: boolean;
};

/** Where text comes from. */
export type TextSource = {
  readonly isTty: boolean;
  /** Everything up to the end; at most once. Fails when it is longer than `maxBytes`. */
  readonly readAll: (maxBytes: number) => Promise<string>;
};

/**
 * Everything outside that a command may use. `stdout` is for results, `stderr` for progress and failures.
 *
 * `cwd` is absolute: the folder that `--cwd` names, or the working folder. `env` is the environment as it
 * came in; children get a scrubbed one.
 */
export type CommandContext = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly now: () => Date;
  readonly stdin: TextSource;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly output: OutputMode;
  /** Whether both stdout and stderr are terminals. */
  readonly isTty: boolean;
  /** Whether a question may be asked: stdin and stderr are terminals and nobody said `--no-input`. */
  readonly interactive: boolean;
  /** Whether a coding agent runs this command. */
  readonly insideAgent: boolean;
  readonly width: number;
  readonly height: number;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** Only ASCII, because the locale is not UTF-8 or `--ascii` was given. */
  readonly ascii: boolean;
  /** `--platform`, unresolved. */
  readonly platform?: string;
  /** The global flags of this run, so that a child of ours can be started alike. */
  readonly globals: readonly string[];
};
