import { gateId } from "../ids.ts";
import type { DocsTask, GateSpec, Plan } from "./plan.ts";
import { canonicalKey } from "./plan-key.ts";
import { givenTwice } from "./read-task.ts";
import type { Reader } from "./read-value.ts";
import { readChoice, readEntries, readItems, readText, readWhole, unknownKey, wrong } from "./read-value.ts";
import type { WrittenEntry, WrittenValue } from "./written-plan.ts";

/** The keys below `gates`. */
export const gatesKeys = ["after-wave", "before-finish", "commands"] as const;
/** The keys of one gate under `gates.commands`. */
export const gateKeys = ["id", "command", "cwd", "reporter", "report", "timeout", "net"] as const;
/** The keys of one documentation duty; `status` is what older plan documents wrote and is not kept. */
export const docsTaskKeys = ["id", "audience", "target-pattern", "rationale", "wave", "status"] as const;

/** Finds the entries of a nested map by key and reports those that are unknown or given twice. */
export function nested<Key extends string>(
  reader: Reader,
  owner: WrittenEntry | undefined,
  known: readonly Key[],
): (key: Key) => WrittenEntry | undefined {
  const entries = new Map<Key, WrittenEntry>();
  for (const entry of owner === undefined ? [] : readEntries(reader, owner)) {
    const key = known.find((each) => each === canonicalKey(entry.key));
    if (key === undefined) reader.found.push(unknownKey("BW102", entry, known));
    else if (entries.has(key))
      reader.found.push(givenTwice(entry, `\`${owner?.key ?? ""}\``, entries.get(key)?.keySpan));
    else entries.set(key, entry);
  }
  return (key) => entries.get(key);
}

/** The gates of a plan: names for two moments, and commands of its own. */
export function readGates(reader: Reader, entry: WrittenEntry | undefined): Plan["gates"] {
  const get = nested(reader, entry, gatesKeys);
  const afterWave = get("after-wave");
  const beforeFinish = get("before-finish");
  const commands = get("commands");
  const specs = commands === undefined ? [] : maps(commands).flatMap((map) => readGate(reader, map));
  return {
    ...(afterWave === undefined ? {} : { afterWave: names(reader, afterWave) }),
    ...(beforeFinish === undefined ? {} : { beforeFinish: names(reader, beforeFinish) }),
    commands: specs.filter((spec, index) => isFirst(reader, commands, { specs, spec, index })),
  };
}

function names(reader: Reader, entry: WrittenEntry) {
  return readItems(reader, entry).map((item) => gateId(item.text));
}

function isFirst(
  reader: Reader,
  commands: WrittenEntry | undefined,
  { specs, spec, index }: { specs: readonly GateSpec[]; spec: GateSpec; index: number },
): boolean {
  if (specs.findIndex((each) => each.id === spec.id) === index) return true;
  if (commands !== undefined)
    wrong(reader, `gates.commands`, commands.value, `one command per gate; "${spec.id}" has two`);
  return false;
}

function readGate(reader: Reader, map: WrittenEntry): readonly GateSpec[] {
  const get = nested(reader, map, gateKeys);
  const id = required(reader, map, get("id"), "id");
  const command = required(reader, map, get("command"), "command");
  if (id === undefined || command === undefined) return [];
  const cwd = textOf(reader, get("cwd"));
  const reporter = textOf(reader, get("reporter"));
  const report = textOf(reader, get("report"));
  const timeout = get("timeout");
  const timeoutSeconds = timeout && readWhole(reader, timeout, { min: 1, max: 86_400 });
  const netEntry = get("net");
  const net = netEntry && readChoice(reader, netEntry, ["none", "host"]);
  return [
    {
      id: gateId(id),
      command,
      ...(cwd === undefined ? {} : { cwd }),
      ...(reporter === undefined ? {} : { reporter }),
      ...(report === undefined ? {} : { report }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(net === undefined ? {} : { net }),
    },
  ];
}

/** The documentation duties that `close` checks. */
export function readDocsTasks(reader: Reader, entry: WrittenEntry | undefined): readonly DocsTask[] {
  if (entry === undefined) return [];
  return maps(entry).flatMap((map) => {
    const get = nested(reader, map, docsTaskKeys);
    const id = required(reader, map, get("id"), "id");
    const targetPattern = required(reader, map, get("target-pattern"), "target-pattern");
    const rationale = required(reader, map, get("rationale"), "rationale");
    const audienceEntry = get("audience");
    const audience = audienceEntry && readChoice(reader, audienceEntry, ["user", "dev", "vault"]);
    const waveEntry = get("wave");
    const wave = waveEntry && readWhole(reader, waveEntry, { min: 1, max: 99 });
    if (audienceEntry === undefined) required(reader, map, undefined, "audience");
    if (waveEntry === undefined) required(reader, map, undefined, "wave");
    if (id === undefined || targetPattern === undefined || rationale === undefined) return [];
    if (audience === undefined || wave === undefined) return [];
    return [{ id, audience, targetPattern, rationale, wave }];
  });
}

function maps({ key, keySpan, value }: WrittenEntry): readonly WrittenEntry[] {
  const items: readonly WrittenValue[] = value.kind === "list" ? value.items : [value];
  return items.map((item) => ({ key, keySpan, value: item }));
}

function required(
  reader: Reader,
  owner: WrittenEntry,
  entry: WrittenEntry | undefined,
  key: string,
): string | undefined {
  if (entry !== undefined) return readText(reader, entry);
  reader.found.push({
    code: reader.code,
    severity: "error",
    message: `an entry of \`${owner.key}\` has no \`${key}\``,
    where: owner.value.span,
    fix: `add \`${key}\``,
  });
  return undefined;
}

function textOf(reader: Reader, entry: WrittenEntry | undefined): string | undefined {
  return entry === undefined ? undefined : readText(reader, entry);
}
