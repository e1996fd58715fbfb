/** The largest `STATE.md` that is written, in characters. */
const MOST = 262_144;

const OWN_KEYS: ReadonlySet<string> = new Set([
  "schema-version",
  "session-type",
  "branch",
  "issues",
  "started_at",
  "status",
  "current-wave",
  "total-waves",
  "updated",
  "session",
  "session-start-ref",
  "docs-tasks",
]);

const OWN_SECTIONS: ReadonlySet<string> = new Set([
  "Current Wave",
  "Wave History",
  "Deviations",
  "Open Questions",
]);

const PREVIOUS = "Previous Session";
const RETRY = "What Not To Retry";
/** How many entries of earlier sessions stay in that section. */
const MOST_RETRIES = 40;

/**
 * The text of `STATE.md` with what others wrote into the file that is there: keys and sections that are not
 * ours stay, line by line, behind ours, and what earlier sessions said not to retry stays before ours. Where the file is of another session, its wave history becomes
 * `## Previous Session`. Undefined where the file would grow beyond 262,144 characters: then the old one
 * stays. Done twice it changes nothing.
 */
export function keepForeignState(previous: string | undefined, next: string): string | undefined {
  if (previous === undefined || previous === next) return next;
  const [old, fresh] = [readState(previous), readState(next)];
  const written = new Set(fresh.entries.map(({ key }) => key));
  const keys = old.entries
    .filter(({ key }) => !OWN_KEYS.has(key) && !written.has(key))
    .flatMap(({ lines }) => lines);
  const merges = fresh.sections.some(({ title }) => title === RETRY);
  const sections = old.sections.filter(
    ({ title }) => !OWN_SECTIONS.has(title) && !(merges && title === RETRY),
  );
  const history = old.sections.find(({ title }) => title === "Wave History");
  const moved = sessionOf(old) !== sessionOf(fresh) && history !== undefined && !isEmpty(history);
  const kept = moved ? sections.filter(({ title }) => title !== PREVIOUS) : sections;
  const foreign = [
    ...kept.map(({ lines }) => block(lines)),
    ...(moved ? [block([`## ${PREVIOUS}`, ...history.lines.slice(1)])] : []),
  ];
  const text = joined(merges ? withOlderRetries(next, { old, fresh }) : next, keys, foreign);
  return text.length > MOST ? undefined : text;
}

type Entry = { readonly key: string; readonly lines: readonly string[] };
type Section = { readonly title: string; readonly lines: readonly string[] };
type ReadState = { readonly entries: readonly Entry[]; readonly sections: readonly Section[] };

/** A file without a closed front matter has none; then all of it is body. */
function readState(text: string): ReadState {
  const lines = text.split("\n");
  const end = bare(lines[0]) === "---" ? lines.findIndex((line, at) => at > 0 && bare(line) === "---") : -1;
  const head = end === -1 ? [] : lines.slice(1, end);
  return { entries: entriesOf(head), sections: sectionsOf(lines.slice(end + 1)) };
}

function entriesOf(lines: readonly string[]): readonly Entry[] {
  const entries: { key: string; lines: string[] }[] = [];
  for (const line of lines) {
    const key = /^([A-Za-z][\w-]*):/u.exec(line)?.[1];
    if (key !== undefined) entries.push({ key, lines: [line] });
    else entries.at(-1)?.lines.push(line);
  }
  return entries;
}

/** A heading inside a code fence opens no section. */
function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: { title: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of lines) {
    if (/^ {0,3}(?:```|~~~)/u.test(line)) fenced = !fenced;
    const title = fenced ? undefined : /^## +(.+)$/u.exec(bare(line))?.[1];
    if (title !== undefined) sections.push({ title: title.trim(), lines: [line] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function joined(next: string, keys: readonly string[], foreign: readonly string[]): string {
  const end = next.indexOf("\n---\n", 4);
  const head =
    keys.length === 0 || end === -1 ? next : `${next.slice(0, end)}\n${keys.join("\n")}${next.slice(end)}`;
  return foreign.length === 0 ? head : `${head}\n${foreign.join("\n\n")}\n`;
}

function sessionOf({ entries }: ReadState): string | undefined {
  return entries.find(({ key }) => key === "session")?.lines[0]?.trim();
}

/** What earlier sessions said not to retry stays, before what this one says. */
function withOlderRetries(
  next: string,
  { old, fresh }: { readonly old: ReadState; readonly fresh: ReadState },
): string {
  const session = (sessionOf(fresh) ?? "").replace(/^session: *"?|"$/gu, "");
  const entries: string[][] = [];
  for (const line of old.sections.find(({ title }) => title === RETRY)?.lines.slice(1) ?? []) {
    if (line.startsWith("- ")) entries.push([line]);
    else if (line.trim() !== "") entries.at(-1)?.push(line);
  }
  const others = entries.filter(([line = ""]) => !line.includes(`(${session}, `)).slice(-MOST_RETRIES);
  const text = others.map((lines) => `${lines.join("\n")}\n`).join("");
  return next.replace(`\n## ${RETRY}\n\n`, (heading) => `${heading}${text}`);
}

function isEmpty({ lines }: Section): boolean {
  const content = lines.slice(1).join("\n").trim();
  return content === "" || /^[_*]?\(none yet\)[_*]?$/u.test(content);
}

const bare = (line: string | undefined): string => (line ?? "").replace(/\r$/u, "").trimEnd();
const block = (lines: readonly string[]): string => lines.join("\n").trimEnd();
