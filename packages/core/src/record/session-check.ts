/** What is wrong with a session record, one sentence for each fault; empty for one that may be written. */
export function sessionRecordFaults(record: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...(isText(record["session_id"]) ? [] : ["session_id is not a text"]),
    ...(TYPES.has(record["session_type"]) ? [] : ["session_type is not feature, deep or housekeeping"]),
    ...timeFaults(record),
    ...COUNTS.filter((key) => !isCount(record[key])).map((key) => `${key} is not a number from 0 on`),
    ...waveFaults(record["waves"]),
    ...bucketFaults(record["agent_summary"]),
  ];
}

/**
 * A session record with the field names of today: names that earlier writers used become those that
 * `docs/spec/projections.md` lists, where the newer one is absent. Every other key stays as it is.
 */
export function withCurrentNames(
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(record).flatMap(([key, value]) => {
    const name = CURRENT_NAME.get(key);
    return name === undefined ? [[key, value]] : Object.hasOwn(record, name) ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

const TYPES: ReadonlySet<unknown> = new Set(["feature", "deep", "housekeeping"]);
const QUALITIES: ReadonlySet<unknown> = new Set(["pass", "fail", "skip"]);
const COUNTS = ["total_waves", "total_agents", "total_files_changed"] as const;
const BUCKETS = ["complete", "partial", "failed", "spiral"] as const;
const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/u;

const CURRENT_NAME: ReadonlyMap<string, string> = new Map([
  ["type", "session_type"],
  ["mode", "session_type"],
  ["closed_issues", "issues_closed"],
  ["new_issues", "issues_created"],
  ["issues_filed", "issues_created"],
  ["issues_planned", "planned_issues"],
  ["files_changed", "total_files_changed"],
  ["snapshots", "snapshots_created"],
  ["learnings", "learnings_added"],
  ["waves_total", "total_waves"],
  ["waves_completed", "total_waves"],
  ["head_ref", "branch"],
  ["isolation_override", "isolation"],
]);

function timeFaults(record: Readonly<Record<string, unknown>>): readonly string[] {
  const [start, end] = [record["started_at"], record["completed_at"]];
  const faults = [
    ...(isTime(start) ? [] : ["started_at is not a time in UTC"]),
    ...(isTime(end) ? [] : ["completed_at is not a time in UTC"]),
  ];
  if (faults.length > 0) return faults;
  return String(end) < String(start) ? ["completed_at is before started_at"] : [];
}

function waveFaults(waves: unknown): readonly string[] {
  if (!Array.isArray(waves)) return ["waves is not a list"];
  return waves.flatMap((each: unknown, at) => {
    const wave = fieldsOf(each);
    const sound =
      isCount(wave["wave"]) &&
      wave["wave"] !== 0 &&
      isText(wave["role"]) &&
      isCount(wave["agent_count"]) &&
      isCount(wave["files_changed"]) &&
      QUALITIES.has(wave["quality"]);
    return sound ? [] : [`waves[${at}] lacks wave, role, agent_count, files_changed or quality`];
  });
}

function bucketFaults(summary: unknown): readonly string[] {
  const fields = fieldsOf(summary);
  return BUCKETS.filter((key) => !isCount(fields[key])).map((key) => `agent_summary.${key} is not a number`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isTime = (value: unknown): boolean => typeof value === "string" && UTC.test(value);
