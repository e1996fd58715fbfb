import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** What each package may import; a package never imports upwards or sideways (docs/adr/0001). */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  guard: ["core"],
  engine: ["core"],
  node: ["core", "engine"],
  agents: ["core", "guard", "engine"],
  shells: ["core", "guard", "engine", "node", "agents"],
  cli: ["core", "guard", "engine", "node", "agents", "shells"],
  testkit: ["core", "guard", "engine", "node", "agents", "shells"],
};

/** Packages that may import neither Node nor a library. */
const PURE: ReadonlySet<string> = new Set(["core", "engine"]);

/** Globals that would let time, chance or a face into a pure package. */
const FORBIDDEN_IN_PURE = [
  "Date",
  "console",
  "process",
  "performance",
  "crypto",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "globalThis",
  "Buffer",
  "Intl",
  "eval",
];

const packagesRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "packages");

type Finding = { readonly file: string; readonly message: string };

/**
 * Checks that every package imports only the floors below it, that pure packages stay pure and that
 * only a package's own `index.ts` is a barrel.
 */
export function checkFloors(root: string): readonly Finding[] {
  return Object.keys(FLOORS).flatMap((name) =>
    sourceFiles(join(root, name, "src")).flatMap((file) => checkFile(root, name, file)),
  );
}

function checkFile(root: string, name: string, file: string): readonly Finding[] {
  const text = readFileSync(file, "utf8");
  const module = parseSync(file, text).module;
  const specifiers = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) => entry.entries.map((each) => each.moduleRequest?.value ?? "")),
    ...module.dynamicImports.map((entry) =>
      text.slice(entry.moduleRequest.start + 1, entry.moduleRequest.end - 1),
    ),
  ].filter((specifier) => specifier !== "");
  const messages = [
    ...(file.endsWith("/index.ts") && file !== join(root, name, "src", "index.ts")
      ? ["a second barrel"]
      : []),
    ...specifiers.flatMap((specifier) => checkImport(name, join(root, name, "src"), file, specifier)),
    ...(PURE.has(name) ? checkPurity(file, text) : []),
  ];
  return messages.map((message) => ({ file: relative(root, file), message }));
}

function checkImport(name: string, sourceRoot: string, file: string, specifier: string): readonly string[] {
  if (specifier.startsWith(".")) {
    const target = resolve(dirname(file), specifier);
    if (relative(sourceRoot, target).startsWith("..")) return [`reaches out of its package: ${specifier}`];
    if (target === join(sourceRoot, "index.ts"))
      return [`imports its own barrel; import the file: ${specifier}`];
    if (target.endsWith("/index.ts")) return [`inner barrel: ${specifier}`];
    return [];
  }
  const workspace = /^@breakwater\/([^/]+)(\/.*)?$/.exec(specifier);
  if (workspace === null) return PURE.has(name) ? [`a pure package imports ${specifier}`] : [];
  const target = workspace[1] ?? "";
  if (workspace[2] !== undefined) return [`reaches past a barrel: ${specifier}`];
  if ((FLOORS[name] ?? []).includes(target)) return [];
  return [`${name} may not import ${target}; it may import ${(FLOORS[name] ?? []).join(", ") || "nothing"}`];
}

/** Finds forbidden names where they are used as values; a property or a text of that name is no use. */
function checkPurity(file: string, text: string): readonly string[] {
  const used = new Set<string>();
  collectUses(parseSync(file, text).program, used);
  return [...used].map((word) => `a pure package uses ${word}`);
}

function collectUses(node: unknown, used: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) collectUses(each, used);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const entries = new Map<string, unknown>(Object.entries(node));
  const name = entries.get("name");
  if (entries.get("type") === "Identifier" && typeof name === "string" && FORBIDDEN_IN_PURE.includes(name))
    used.add(name);
  if (entries.get("type") === "Identifier" && name === "Math") used.add("Math.random");
  const named = entries.get("computed") === false;
  const harmless = isOtherMath(entries);
  for (const [key, value] of entries) {
    if (named && (key === "property" || key === "key")) continue;
    if (harmless && key === "object") continue;
    collectUses(value, used);
  }
}

/** `Math.max` and its like; a `Math` that is handed on or asked by a computed name may give chance. */
function isOtherMath(entries: ReadonlyMap<string, unknown>): boolean {
  if (entries.get("type") !== "MemberExpression" || entries.get("computed") !== false) return false;
  return nameOf(entries.get("object")) === "Math" && nameOf(entries.get("property")) !== "random";
}

function nameOf(node: unknown): unknown {
  return typeof node === "object" && node !== null && "name" in node ? node.name : undefined;
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(test|bench)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = checkFloors(packagesRoot);
  for (const finding of findings) process.stderr.write(`packages/${finding.file}: ${finding.message}\n`);
  if (findings.length > 0) process.exitCode = 1;
}
