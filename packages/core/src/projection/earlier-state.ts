/** What the `STATE.md` of an earlier program says of the session that it was left by. */
export type EarlierState = {
  /** As it is written; `active` and `paused` mean that nobody ended it. */
  readonly status: string;
  readonly branch?: string;
  readonly session?: string;
  readonly wave?: number;
  readonly waves?: number;
  /** The body below the front matter: history, deviations, open questions. */
  readonly body: string;
};

/** The longest state that is read, in characters. */
const MOST = 262_144;

/** Reads a `STATE.md`; `undefined` where it has no front matter with a status. Never throws. */
export function readEarlierState(text: string): EarlierState | undefined {
  if (text.length > MOST) return undefined;
  const [first = "", ...rest] = text.split(/\r?\n/);
  const end = rest.indexOf("---");
  if (first !== "---" || end === -1) return undefined;
  const values = new Map<string, string>();
  for (const line of rest.slice(0, end)) {
    const [, key = "", value = ""] = /^([a-z_-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== "") values.set(key, value.replace(/^(["'])(.*)\1$/, "$2"));
  }
  const status = values.get("status");
  if (status === undefined || status === "") return undefined;
  const [branch, session] = [values.get("branch"), values.get("session")];
  const [wave, waves] = [wholeNumber(values.get("current-wave")), wholeNumber(values.get("total-waves"))];
  return {
    status,
    ...(branch === undefined ? {} : { branch }),
    ...(session === undefined ? {} : { session }),
    ...(wave === undefined ? {} : { wave }),
    ...(waves === undefined ? {} : { waves }),
    body: rest
      .slice(end + 1)
      .join("\n")
      .trim(),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
