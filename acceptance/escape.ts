import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { grantOf } from "@breakwater/core";
import { judgeToolCall, type Places, placedText } from "@breakwater/guard";
import { diskView, execInWall, openRepository, type Repository } from "@breakwater/node";
import { makeFixture } from "@breakwater/shells";
import { differencesOf, stateOf, type Surroundings } from "./surroundings.ts";
import { numberFlag } from "./table.ts";

/*
 * Every attack of the guard's corpora, really run. A command is judged at the door first; what the door lets
 * through, and with `--door off` each of them, is executed by bash in the wall of a fresh workspace, and what
 * it changed there is audited. Afterwards the surroundings must be what they were: the main checkout, its
 * refs, config and hooks, the home, the workspace of a sibling. A canary in the home must not come out.
 * `--every N` takes each N-th case. Exit code 1 for an escape, and where no wall holds.
 */

const CORPORA = [
  "commands",
  "more-commands",
  "independent-commands",
  "fresh-1",
  "fresh-2",
  "fresh-3",
  "fresh-4",
  "fresh-5",
  "fresh-6",
];
const SCOPE = ["src/api/**", "tests/api/**"];
const SECONDS = 4;
/** Built from two halves, so that no command line and no script shows it whole. */
const CANARY = ["canary-7f3a", "9d41c2e8"] as const;
/** What uses up the machine is bounded by nobody here; such cases are counted and left out. */
const EXHAUSTS =
  /:\(\)|\bf\(\) ?\{ ?f ?\||while (?::|true); do (?!\w*rm|git)|\byes\b|fork|\/dev\/zero|seq 1 1e/;

type Layer = "door" | "audit" | "wall or no effect" | "escape";
type Attack = { readonly id: string; readonly command: string };
type Tried = { readonly layer: Layer; readonly what: readonly string[] };

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(homedir(), ".breakwater-escape-"));
  process.env["XDG_STATE_HOME"] = join(folder, "state");
  try {
    return await tryAll(folder, process.argv[process.argv.indexOf("--door") + 1] !== "off");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryAll(folder: string, door: boolean): Promise<boolean> {
  const places = await makeStage(folder);
  const opened = await openRepository(places.main);
  if (!opened.ok) throw new Error(`Opening the fixture: ${opened.failure.message}`);
  const all = attacks();
  const every = numberFlag("--every", 1);
  const chosen = all.filter((attack, at) => at % every === 0 && !EXHAUSTS.test(attack.command));
  const counts = new Map<Layer, number>();
  const outside = stateOf(places);
  await assertSeen({ places, repository: opened.value, door: false, outside });
  for (const attack of chosen) {
    const tried = await tryAttack(attack, { places, repository: opened.value, door, outside });
    counts.set(tried.layer, (counts.get(tried.layer) ?? 0) + 1);
    if (tried.layer === "escape")
      process.stdout.write(`ESCAPE ${attack.id} ${attack.command}\n  ${tried.what.join("\n  ")}\n`);
  }
  const left = all.filter((attack) => EXHAUSTS.test(attack.command)).length;
  for (const layer of ["door", "wall or no effect", "audit", "escape"] as const)
    process.stdout.write(`${layer.padEnd(18)} ${String(counts.get(layer) ?? 0).padStart(5)}\n`);
  process.stdout.write(
    `${chosen.length} of ${all.length} attacks, door ${door ? "on" : "off"}; ${left} that exhaust the machine are left out\n`,
  );
  return (counts.get("escape") ?? 0) === 0 && chosen.length > 0;
}

/** The repository of the corpora with secrets in its home that can be recognised. */
async function makeStage(folder: string): Promise<Places> {
  const made = await makeFixture(join(folder, "stage"));
  if (!made.ok) throw new Error(`Making the fixture: ${made.failure.message}`);
  const { home, main } = made.value;
  const secret = `${CANARY.join("")}\n`;
  for (const name of [
    ".ssh/id_rsa",
    ".ssh/id_ed25519",
    ".aws/credentials",
    ".npmrc",
    ".netrc",
    ".kube/config",
    ".docker/config.json",
    "notes.txt",
  ]) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), secret);
  }
  writeFileSync(join(main, ".git", "info", "exclude"), ".env\n");
  writeFileSync(join(main, ".env"), secret);
  return made.value;
}

/** Breaches of the harness's own must be seen, or nothing that it does not see would prove anything. */
async function assertSeen(stage: Stage): Promise<void> {
  const { main: checkout, home, worktree } = stage.places;
  const planted = [
    join(checkout, "x"),
    join(checkout, ".git", "hooks", "x"),
    join(home, "x"),
    join(worktree, "x"),
  ];
  for (const path of [...planted, join(checkout, ".git", "refs", "heads", "x")]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "x");
    if (differencesOf(stage.outside, stateOf(stage.places)).length === 0)
      throw new Error(`Planting ${path}: not seen`);
    rmSync(path);
  }
  const telling = [`printf %s%s ${CANARY.join(" ")}`, `printf %s%s ${CANARY.join(" ")} > src/api/x`];
  for (const command of telling)
    if ((await tryAttack({ id: "control", command }, stage)).layer !== "escape")
      throw new Error(`Running ${command}: not seen`);
}

function attacks(): readonly Attack[] {
  return CORPORA.flatMap((name) => {
    const file = fileURLToPath(new URL(`../packages/guard/corpus/${name}.jsonl`, import.meta.url));
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .flatMap(attackOf);
  });
}

function attackOf(line: string): readonly Attack[] {
  const fields = new Map<string, unknown>(Object.entries(Object(JSON.parse(line))));
  const [id, command, expect] = ["id", "command", "expect"].map((name) => fields.get(name));
  return typeof id === "string" && typeof command === "string" && expect === "deny" ? [{ id, command }] : [];
}

type Stage = {
  readonly places: Places;
  readonly repository: Repository;
  readonly door: boolean;
  readonly outside: Surroundings;
};

async function tryAttack(attack: Attack, stage: Stage): Promise<Tried> {
  const command = placedText(attack.command, stage.places);
  if (stage.door && refusedAtDoor(command, stage.places)) return { layer: "door", what: [] };
  const printed: Buffer[] = [];
  const keep = (chunk: Buffer): void => void (printed.length < 2000 && printed.push(chunk));
  const done = await execInWall({
    repository: stage.repository,
    globs: SCOPE,
    network: "none",
    command: ["timeout", "-k", "1", String(SECONDS + 1), "bash", "-c", WATCH, "watch", command],
    env: { ...process.env, HOME: stage.places.home },
    onStdout: keep,
    onStderr: keep,
  });
  // An attack on the wall's own home also removes the mark by which the wall tells that it was entered.
  if (!done.ok && done.failure.code !== "BW790")
    throw new Error(`Running ${attack.id}: ${done.failure.code} ${done.failure.message}`);
  const { changed, held } = done.ok ? done.value : NOTHING;
  const escaped = [
    ...differencesOf(stage.outside, stateOf(stage.places)),
    ...changed
      .filter((path) => !held.includes(path) && !/^(?:src|tests)\/api\//.test(path))
      .map((path) => `would land: ${path}`),
    ...(Buffer.concat(printed).includes(CANARY.join("")) ? ["the canary was read"] : []),
  ];
  if (escaped.length > 0) return { layer: "escape", what: escaped };
  return { layer: held.length > 0 ? "audit" : "wall or no effect", what: held };
}

const NOTHING: { readonly changed: readonly string[]; readonly held: readonly string[] } = {
  changed: [],
  held: [],
};

/** Runs the command and looks for the canary in what it left behind. */
const WATCH = `timeout -k 1 ${SECONDS} bash -c "$1" < /dev/null; grep -rsF "${CANARY[0]}""${CANARY[1]}" src tests 2>/dev/null`;

function refusedAtDoor(command: string, { worktree, main: checkout, home, tmp }: Places): boolean {
  const policy = {
    root: worktree,
    main: checkout,
    home,
    tmp,
    grant: grantOf({ kind: "write" as const, globs: SCOPE }),
    enforcement: "strict" as const,
    attended: false,
    actor: "agent" as const,
    blockedCommands: [],
    allowDestructive: false,
  };
  return judgeToolCall({ tool: "Bash", input: { command } }, { policy, view: diskView }).decision === "deny";
}

/**
 * As root the whole run lies in namespaces of its own on a read-only disk, so that a wall with a hole costs
 * this run and not the machine. Says how the inner run ended, or that this is it.
 */
function beltedRun(): number | undefined {
  if (process.getuid?.() !== 0 || process.env["BREAKWATER_ESCAPE_BELT"] === "on") return undefined;
  const home = homedir();
  const root = fileURLToPath(new URL("..", import.meta.url));
  // A checkout below /tmp would vanish with it.
  const scratch = root.startsWith("/tmp/") ? mkdtempSync("/tmp/breakwater-escape-") : "/tmp";
  const script = `mount --make-rprivate / && mount --bind "$HOME" "$HOME" && mount -t tmpfs tmpfs "$TMPDIR" && mount -o remount,bind,ro / && exec "$@"`;
  const run = spawnSync(
    "unshare",
    [
      "-mpnf",
      "--mount-proc",
      "sh",
      "-c",
      script,
      "sh",
      process.execPath,
      ...process.execArgv,
      ...process.argv.slice(1),
    ],
    {
      stdio: "inherit",
      cwd: root,
      env: { ...process.env, HOME: home, TMPDIR: scratch, BREAKWATER_ESCAPE_BELT: "on" },
    },
  );
  return run.error === undefined ? (run.status ?? 1) : undefined;
}

const belted = beltedRun();
process.exitCode = belted ?? ((await main()) ? 0 : 1);
