import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync, readFileSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { execInWall, openRepository, type WallSetup } from "@breakwater/node";
import { createScratchRepository } from "./scratch-repository.ts";
import { WALL_CHECKS, type WallCheck } from "./wall-check.ts";

/** What to try; plain JSON, since a trial as another user is another process. */
export type WallTrialOrder = {
  readonly globs: readonly string[];
  /** A folder of the scope. */
  readonly scopeFolder: string;
  readonly setup: WallSetup;
  readonly without?: readonly string[];
  /** Only these checks. */
  readonly only?: readonly string[];
};

/** What came of it: checks that came out wrong, and how many were made. */
export type WallTrial = {
  readonly wrong: readonly string[];
  readonly made: number;
  readonly hold: string;
  readonly tier: string;
  readonly changed: readonly string[];
  readonly held: readonly string[];
  /** What the wall is made of. */
  readonly parts: readonly string[];
  readonly failure?: string;
};

const FILES = {
  "README.md": "read me\n",
  "CHANGELOG.md": "changes\n",
  "src/index.ts": "index\n",
  "src/a.ts": "a\n",
  "src/b.ts": "b\n",
  "src/gone.ts": "gone\n",
  "src/api/a.ts": "a\n",
  "src/api/b.ts": "b\n",
  "src/api/gone.ts": "gone\n",
  "docs/d.md": "docs\n",
  "docs/e.md": "e\n",
  "docs/g.md": "g\n",
  "test/all.test.js": "require('node:test')('passes', () => {});\n",
  "package.json": '{"name":"fixture","scripts":{"test":"node --test test/"}}\n',
  ".gitignore": "node_modules/\n.env\n.orchestrator/\n",
};

/** Makes a machine with secrets and neighbours, runs every check in a wall on it and judges what came out. */
export async function runWallTrial(order: WallTrialOrder): Promise<WallTrial> {
  const repository = createScratchRepository(FILES);
  const host = await openHost(repository.home, repository.root);
  process.env["HOME"] = host.home;
  process.env["XDG_STATE_HOME"] = join(host.home, "state");
  // No tool chain of the person who runs this: what is shown of those differs between machines.
  process.env["PATH"] = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  try {
    const opened = await openRepository(repository.root);
    if (!opened.ok) throw new Error(opened.failure.message);
    const sibling = join(opened.value.stateHome, "other-session", "T2.1");
    writeAll({
      [join(sibling, "file")]: "sibling\n",
      [join(dirname(opened.value.stateHome), "secret")]: "s\n",
    });
    const checks = WALL_CHECKS.filter(
      ({ id, needs }) => order.only?.includes(id) !== false && isMeant(needs),
    );
    let printed = "";
    const done = await execInWall({
      repository: opened.value,
      globs: order.globs,
      network: "none",
      command: ["/bin/sh", "-c", scriptOf(checks, { order, host, root: repository.root, sibling })],
      env: { ...process.env, BREAKWATER_CHECK_SECRET: "secret" },
      onStdout: (chunk) => void (printed += chunk.toString("utf8")),
      onStderr: () => {},
      setup: order.setup,
      ...(order.without === undefined ? {} : { without: order.without }),
    });
    if (!done.ok) {
      const empty = {
        wrong: ["did not start"],
        made: 0,
        hold: "",
        tier: "",
        changed: [],
        held: [],
        parts: [],
      };
      return { ...empty, failure: done.failure.message };
    }
    const { hold, tier, changed, held, parts } = done.value;
    const wrong = [
      ...checks.filter((check) => !cameOutRight(check, printed, hold)).map(({ id }) => id),
      ...changed.filter((path) => !isMine(path, order)).map((path) => `changed ${path}`),
      ...damage(repository.git, { root: repository.root, sibling, home: host.home }),
    ];
    return { wrong, made: checks.length, hold, tier, changed, held, parts };
  } finally {
    await host.close();
    // Copies of dependencies are read-only, also for who wants to remove them.
    spawnSync("chmod", ["-R", "u+w", repository.home]);
    repository.dispose();
  }
}

type Host = {
  readonly home: string;
  readonly folder: string;
  readonly port: number;
  readonly victim: number;
  readonly shm: string;
  readonly close: () => Promise<void>;
};

/** The surroundings: a home with secrets, a server, sockets, shared memory and a process of somebody else. */
async function openHost(folder: string, checkout: string): Promise<Host> {
  const home = join(folder, "user");
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const local = createServer((socket) => socket.end()).listen(join(folder, "host.sock"));
  const abstract = createServer((socket) => socket.end()).listen(`\0breakwater-check-${port}`);
  const victim = spawn("sh", ["-c", "sleep 600 # breakwater-victim"], {
    env: { TOKEN: "canary", PATH: process.env["PATH"] ?? "" },
  });
  const shm = spawnSync("sh", ["-c", "ipcmk -M 64 | grep -o '[0-9]*$'"], { encoding: "utf8" }).stdout.trim();
  const strays = [`/var/tmp/breakwater-check-${port}`, `/dev/shm/breakwater-check-${port}`];
  writeAll({
    [join(home, ".ssh/id_ed25519")]: "key\n",
    [join(home, ".aws/credentials")]: "key\n",
    [join(home, ".config/gh/hosts.yml")]: "key\n",
    [join(home, ".npmrc")]: "token\n",
    [join(home, ".cargo/credentials.toml")]: "token\n",
    [join(home, ".cargo/registry/crate")]: "crate\n",
    [join(folder, "tmp-of-another/file")]: "other\n",
    [join(checkout, ".env")]: "SECRET=1\n",
    [join(checkout, ".orchestrator/policy/blocked-commands.json")]: "[]\n",
    [join(checkout, "node_modules/dep/index.js")]: "module.exports = 1;\n",
    ...Object.fromEntries(strays.map((path) => [path, "stray\n"])),
  });
  return {
    home,
    folder,
    port,
    victim: victim.pid ?? 0,
    shm,
    close: async () => {
      for (const each of [server, local, abstract]) each.close();
      victim.kill("SIGKILL");
      spawnSync("ipcrm", ["-m", shm]);
      for (const path of strays) rmSync(path, { force: true });
    },
  };
}

function scriptOf(
  checks: readonly WallCheck[],
  place: {
    readonly order: WallTrialOrder;
    readonly host: Host;
    readonly root: string;
    readonly sibling: string;
  },
): string {
  const { order, host, root, sibling } = place;
  const tools = `$TMPDIR/tools`;
  return [
    `IN=${order.scopeFolder} W=$PWD C="${root}" S="${sibling}" E="${dirname(dirname(dirname(sibling)))}"`,
    `G="${root}/.git/worktrees/gate-1" H="${host.folder}" PORT=${host.port} SHM=${host.shm} VICTIM=${host.victim}`,
    `mkdir -p "${tools}"`,
    `cat > "${tools}/loopback.cjs" <<'END'\n${LOOPBACK}\nEND`,
    `cat > "${tools}/reach.cjs" <<'END'\n${REACH}\nEND`,
    ...checks.map(({ id, run }) => {
      const line = run.replaceAll("node $H/", `node ${tools}/`);
      return `( ${line} ) >/dev/null 2>&1 </dev/null; echo "check ${id} $?"`;
    }),
  ].join("\n");
}

const LOOPBACK = `
const net = require("node:net");
const server = net.createServer((socket) => socket.end("x")).listen(0, "127.0.0.1", () => {
  net.connect(server.address().port, "127.0.0.1").on("data", () => process.exit(0)).on("error", () => process.exit(1));
});`;

const REACH = `
const where = process.argv[2];
const options = /^\\d+$/.test(where) ? { host: "127.0.0.1", port: Number(where) } : { path: where.replace(/^@/, "\\0") };
require("node:net").connect(options, () => process.exit(0)).on("error", () => process.exit(1));
setTimeout(() => process.exit(1), 3000);`;

function isMeant(needs: WallCheck["needs"]): boolean {
  return needs === undefined || process.getuid?.() === 0;
}

function cameOutRight({ id, expect }: WallCheck, printed: string, hold: string): boolean {
  const found = new RegExp(`^check ${id} (\\d+)$`, "mu").exec(printed)?.[1];
  if (found === undefined) return false;
  if (expect === "works") return found === "0";
  if (expect === "kept" && hold !== "exact") return true;
  return found !== "0";
}

/** Paths that the checks change on purpose and that their scope allows. */
function isMine(path: string, { scopeFolder, globs }: WallTrialOrder): boolean {
  const below = path.startsWith(`${scopeFolder}/`);
  return (
    (below && (globs.includes(`${scopeFolder}/**`) || /^src\/[^/]*\.ts$/u.test(path))) ||
    path === "CHANGELOG.md"
  );
}

/** What must be as it was outside, whatever anybody inside was told. */
function damage(
  git: (...args: readonly string[]) => string,
  { root, sibling, home }: { readonly root: string; readonly sibling: string; readonly home: string },
): readonly string[] {
  const found: string[] = [];
  if (git("status", "--porcelain") !== "") found.push("the checkout was changed");
  if (
    git("for-each-ref")
      .split("\n")
      .filter((line) => line !== "").length !== 1
  )
    found.push("a ref was made");
  if (/fsmonitor|filter/u.test(readFileSync(join(root, ".git/config"), "utf8")))
    found.push("the config was changed");
  if (existsSync(join(root, ".git/hooks/pre-commit"))) found.push("a hook was made");
  if (readFileSync(join(sibling, "file"), "utf8") !== "sibling\n") found.push("a sibling was changed");
  if (existsSync(join(home, ".config/tool"))) found.push("the home was written");
  if (existsSync("/etc/breakwater-check")) found.push("/etc was written");
  return found;
}

function writeAll(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
