/** What is wrong with the text of a `wave-scope.json`, one sentence each. Errors make it void, warnings do not. */
export type ManifestFaults = { readonly errors: readonly string[]; readonly warnings: readonly string[] };

type Check = { readonly name: string; readonly says: string; readonly holds: (value: unknown) => boolean };

const REQUIRED: readonly Check[] = [
  {
    name: "wave",
    says: "must be a positive integer",
    holds: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  },
  {
    name: "role",
    says: "must be a non-empty string",
    holds: (value) => typeof value === "string" && value.trim() !== "",
  },
  {
    name: "enforcement",
    says: "must be one of strict, warn, off",
    holds: (value) => value === "strict" || value === "warn" || value === "off",
  },
  { name: "allowedPaths", says: "must be an array", holds: Array.isArray },
  { name: "blockedCommands", says: "must be an array", holds: Array.isArray },
];

/** Judges the text of a manifest by its published form: every fault, not only the first. */
export function manifestFaults(text: string): ManifestFaults {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { errors: ["the manifest is not JSON"], warnings: [] };
  }
  if (!isRecord(value)) return { errors: ["the manifest is not a JSON object"], warnings: [] };
  const paths = listOf(value["allowedPaths"]);
  return {
    errors: [
      ...fieldFaults(value),
      ...paths.flatMap((path, at) => pathFaults(path, at)),
      ...listOf(value["blockedCommands"]).flatMap((command, at) =>
        typeof command === "string" ? [] : [`blockedCommands[${at}] must be a string`],
      ),
      ...gateFaults(value["gates"]),
    ],
    warnings: paths
      .filter((path) => path === "*" || path === "**" || path === "**/*")
      .map((path) => `allowedPaths: ${path} permits almost everything`),
  };
}

function fieldFaults(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return REQUIRED.flatMap(({ name, says, holds }) => {
    if (!Object.hasOwn(fields, name)) return [`${name} is missing`];
    return holds(fields[name]) ? [] : [`${name} ${says}`];
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pathFaults(path: unknown, at: number): readonly string[] {
  const place = `allowedPaths[${at}]`;
  if (typeof path !== "string") return [`${place} must be a string`];
  if (path.trim() === "") return [`${place} is empty`];
  return [
    ...(path.split(/[/\\]/).includes("..") ? [`${place} leaves the repository: ${path}`] : []),
    ...(/^(?:[/\\]|[A-Za-z]:)/.test(path) ? [`${place} is absolute: ${path}`] : []),
  ];
}

function gateFaults(gates: unknown): readonly string[] {
  if (gates === undefined) return [];
  if (!isRecord(gates)) return ["gates must be an object of booleans"];
  return Object.entries(gates).flatMap(([name, value]) =>
    typeof value === "boolean" ? [] : [`gates.${name} must be true or false`],
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
