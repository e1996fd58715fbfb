import type { StreamIntent } from "./stream-event.ts";

/** A tool call as any host records it; the names of tools and arguments are the host's. */
export type HostCall = {
  /** Unique within its stream. */
  readonly call: string;
  readonly tool: string;
  /** An object, a text of JSON, or the bare command or patch. */
  readonly args: unknown;
};

/**
 * Reads a call of any host as the intent that a watch understands: what kind of call it is, which files it is
 * about, and which command it runs. A tool that nobody knows is told by the parts of its name and by its
 * arguments. Never throws.
 */
export function intentOfHostCall({ call, tool, args }: HostCall): StreamIntent {
  const name = plainName(tool);
  const input = inputOf(args, KIND_OF_TOOL.get(name) ?? "other");
  const kind = kindOf(name, input);
  const command = kind === "exec" ? commandOf(input) : undefined;
  const paths = pathsOf(input, kind);
  return {
    call,
    tool,
    kind,
    paths,
    ...(command === undefined ? {} : { command }),
    input,
  };
}

/** A name without letter case, separators and the server or namespace before it. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = readName(name);
  if (plainNames.size < MOST_NAMES && name.length < 100) plainNames.set(name, plain);
  return plain;
}

/** Names repeat without end; this only saves the work of reading them again. */
const plainNames = new Map<string, string>();
const MOST_NAMES = 1_000;

function readName(name: string): string {
  const last =
    name
      .slice(-200)
      .split(/__|[./:]/u)
      .at(-1) ?? name;
  return last.toLowerCase().replace(/[^a-z0-9]/gu, "");
}

type Input = Readonly<Record<string, unknown>>;

function inputOf(args: unknown, kind: string): Input {
  if (isObject(args)) return args;
  if (Array.isArray(args)) return kind === "exec" ? { command: args } : { args };
  if (typeof args !== "string") return {};
  const parsed = parse(args);
  if (isObject(parsed)) return parsed;
  if (kind === "exec") return { command: args };
  return kind === "write" ? { patch: args } : { path: args };
}

function kindOf(name: string, input: Input): string {
  if (EDITORS.has(name)) return EDITOR_ACTIONS.get(String(input.command ?? input.action)) ?? "write";
  const known = KIND_OF_TOOL.get(name);
  if (known !== undefined) return known;
  const keys = new Set(Object.keys(input).map(plainName));
  if (keys.has("oldstring") || keys.has("oldstr") || keys.has("patch")) return "write";
  if (keys.has("command") || keys.has("cmd")) return "exec";
  return NAME_PARTS.find(([, parts]) => parts.some((part) => name.includes(part)))?.[0] ?? "other";
}

function commandOf(input: Input): string | undefined {
  const written = valueOf(input, COMMAND_KEYS);
  if (typeof written === "string") return written;
  if (!Array.isArray(written)) return undefined;
  const words = written.filter((word) => typeof word === "string");
  // `["bash", "-lc", "…"]` runs its last word.
  return /^-\w{0,3}c$/u.test(words.at(-2) ?? "") ? words.at(-1) : words.join(" ");
}

function pathsOf(input: Input, kind: string): readonly string[] {
  const named = Object.entries(input).flatMap(([key, value]) => {
    if (!PATH_KEYS.has(plainName(key))) return [];
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  });
  const edits = valueOf(input, ["edits"]);
  const below = Array.isArray(edits) ? edits.filter(isObject).flatMap((edit) => pathsOf(edit, "other")) : [];
  const patched = kind === "write" ? patchedPaths(input) : [];
  return [...new Set([...named, ...below, ...patched])].filter((path) => path !== "").slice(0, MOST_PATHS);
}

function patchedPaths(input: Input): readonly string[] {
  const text = Object.values(input).find((value) => typeof value === "string" && PATCH.test(value));
  if (typeof text !== "string") return [];
  return Array.from(text.slice(0, MOST_PATCH).matchAll(PATCHED), ([, one, other]) => one ?? other ?? "");
}

function valueOf(input: Input, keys: readonly string[]): unknown {
  const found = Object.entries(input).find(([key]) => keys.includes(plainName(key)));
  return found?.[1];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const MOST_PATHS = 32;
const MOST_PATCH = 200_000;
const PATCH = /^\*\*\* (?:Update|Add|Delete) File: |^\+\+\+ /mu;
const PATCHED = /^\*\*\* (?:Update|Add|Delete) File: (.{1,4096})$|^\+\+\+ (?:b\/)?(.{1,4096})$/gmu;

const words = (text: string): readonly string[] => text.split(" ");

/** Editors that name what they do in an argument. */
const EDITORS = new Set(words("strreplaceeditor strreplacebasededittool texteditor editor fileeditor"));
const EDITOR_ACTIONS = new Map(words("view read open").map((action) => [action, "read"]));

const TOOLS: Readonly<Record<string, readonly string[]>> = {
  read: words(
    "read readfile readfiles readmanyfiles view viewfile viewimage open openfile cat grep greptool greporsearch search searchfilecontent searchfiles searchcode codesearch codebasesearch grepsearch filesearch semanticsearch glob globtool findfiles filefind find ls list listdir listdirectory listfiles tree notebookread readlints getdiagnostics diagnostics lsp ripgrep rg viewcodeitem viewoutline listcodedefinitionnames readnotebook viewlines getfile getfilecontents scroll",
  ),
  write: words(
    "edit write multiedit writefile replace editfile strreplace applypatch createfile writetofile replaceinfile insert insertcontent notebookedit editnotebook searchreplace searchandreplace applydiff create patch fswrite fsreplace append appendfile undoedit insertedit inserteditintofile replacestringinfile multireplacestringinfile modifyfile updatefile savefile filewrite fileedit writenote replacefilecontent multireplacefilecontent writefilecontents",
  ),
  delete: words("deletefile removefile delete remove deletefiles"),
  exec: words(
    "bash shell execcommand runshellcommand runterminalcmd runterminalcommand executecommand runcommand runinterminal terminal executebash localshell localshellcall powershell exec run cmd command executeipythoncell sh containerexec bashtool execute runbash runcommandtool shellcommand",
  ),
  net: words("webfetch websearch fetch fetchurl googlewebsearch browse http httprequest searchweb"),
  spawn: words("task agent dispatchagent spawnagent subagent delegate newtask"),
  other: words(
    "todowrite todoread updateplan todo writetodos managetodolist updatetodolist think savememory bashoutput taskoutput killshell killbash writestdin getterminaloutput readterminal wait sleep commandstatus readbackgroundoutput",
  ),
};
const KIND_OF_TOOL = new Map(
  Object.entries(TOOLS).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);

/** For names that are in no list, in this order. */
const NAME_PARTS: readonly (readonly [string, readonly string[]])[] = [
  ["other", words("todo plan memory output status poll wait")],
  ["write", words("edit write replace patch create insert modify")],
  ["delete", words("delete remove")],
  ["exec", words("shell bash exec terminal command")],
  ["net", words("fetch http browser url")],
  ["read", words("read view search grep find list get show glob open")],
];

const COMMAND_KEYS = words("command cmd script commandline code shellcommand input");
const PATH_KEYS = new Set(
  words(
    "path paths filepath filepaths file files filename filenames absolutepath absolutepaths relativepath relativeworkspacepath targetfile notebookpath dirpath directory directorypath dir uri searchpath searchdirectory fspath targetpath targetdirectory",
  ),
);
