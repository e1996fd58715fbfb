import { foldCase, isIgnorable, isPlainAscii } from "./path-name.ts";
import { PROTECTED_NAMES, type ProtectedKind, type ProtectedRow, type Unlock } from "./protected-table.ts";

/** The rule that protects a path. `name` is the row of the table, `what` completes "…, which is". */
export type ProtectedRule = {
  readonly id: `scope:protected-${ProtectedKind}`;
  readonly kind: ProtectedKind;
  readonly name: string;
  readonly what: string;
  readonly unlock: Unlock;
};

/**
 * The strictest rule that protects a path, or `undefined` where the scope alone decides.
 *
 * Names are compared as the laxest file system would: without regard to case and normalisation, without
 * ignorable characters, trailing dots and spaces and stream suffixes, and by their NTFS short names
 * (`docs/spec/scope.md`). The path may be any text; work is linear in its length.
 */
export function protectedName(path: string): ProtectedRule | undefined {
  const names = path.split("/").map(foldName);
  let found: Protection | undefined;
  names.forEach((name, at) => {
    for (const protection of protectionsOf(name)) {
      const applies = protection.sequence.every((part, step) => step === 0 || names[at + step] === part);
      if (applies && (found === undefined || protection.rank < found.rank)) found = protection;
    }
  });
  return found?.rule;
}

/** One name as the laxest file system may read it; for comparison only. */
export function foldName(name: string): string {
  const stream = name.indexOf(":");
  let plain = stream < 0 ? name : name.slice(0, stream);
  if (!isPlainAscii(plain))
    plain = Array.from(plain)
      .filter((char) => !isIgnorable(char))
      .join("");
  let end = plain.length;
  while (end > 0 && (plain.charAt(end - 1) === "." || plain.charAt(end - 1) === " ")) end -= 1;
  return foldCase(plain.slice(0, end));
}

type Protection = {
  readonly sequence: readonly string[];
  readonly rank: number;
  readonly rule: ProtectedRule;
};

function protectionsOf(name: string): readonly Protection[] {
  return BY_NAME.get(name) ?? (name.includes("~") ? BY_SHORT_NAME.get(shortKey(name)) : undefined) ?? [];
}

/** What NTFS falls back to when the plain short names are taken. */
const HASHED_SHORT_NAMES: Readonly<Record<string, string>> = {
  ".gitmodules": "gi7eba",
  ".gitattributes": "gi7d29",
};

const ALL: readonly Protection[] = PROTECTED_NAMES.flatMap((row, rank) =>
  row.names.map((name) => ({ sequence: name.split("/").map(foldName), rank, rule: ruleOf(row, name) })),
);

const BY_NAME = grouped(ALL, (protection) => [protection.sequence[0] ?? ""]);
const BY_SHORT_NAME = grouped(ALL, (protection) => shortNamesOf(protection.sequence[0] ?? ""));

function ruleOf(row: ProtectedRow, name: string): ProtectedRule {
  return { id: `scope:protected-${row.kind}`, kind: row.kind, name, what: row.what, unlock: row.unlock };
}

function grouped(
  protections: readonly Protection[],
  keysOf: (protection: Protection) => readonly string[],
): ReadonlyMap<string, readonly Protection[]> {
  const groups = new Map<string, Protection[]>();
  for (const protection of protections) {
    for (const key of keysOf(protection)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [protection]);
      else group.push(protection);
    }
  }
  return groups;
}

/** The names without number that NTFS may give a long name: `.gitmodules` is `gitmod~1` or `gi7eba~1`. */
function shortNamesOf(name: string): readonly string[] {
  const { base, extension } = splitShort(name);
  const fits = !name.startsWith(".") && base.length <= 8 && name.length - base.length <= 4;
  if (fits) return [];
  const hashed = HASHED_SHORT_NAMES[name];
  const plain = `${base.slice(0, 6)}~.${extension.slice(0, 3)}`;
  return hashed === undefined ? [plain] : [plain, `${hashed}~.`];
}

/** `claude~12.md` as `claude~.md`, so that every number means the same; "" for other names. */
function shortKey(name: string): string {
  const { base, extension } = splitShort(name);
  const tilde = base.lastIndexOf("~");
  const digits = base.slice(tilde + 1);
  const numbered = digits !== "" && Array.from(digits).every((char) => char >= "0" && char <= "9");
  return numbered ? `${base.slice(0, tilde)}~.${extension}` : "";
}

function splitShort(name: string): { readonly base: string; readonly extension: string } {
  let start = 0;
  while (name.charAt(start) === ".") start += 1;
  const bare = name.slice(start);
  const dot = bare.lastIndexOf(".");
  if (dot < 0) return { base: bare, extension: "" };
  return { base: bare.slice(0, dot).replaceAll(".", ""), extension: bare.slice(dot + 1) };
}
