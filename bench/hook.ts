/**
 * What the door costs, as ratios of one run: `npx tsx bench/hook.ts [rounds]` after a build.
 *
 * The verdict in process over the commands of the corpus; then each kind of hook against `node -e 0`, taken in
 * turns so that a busy machine weighs on all alike.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, taskId } from "@breakwater/core";
import { compileDoorPolicy, doorOf, hookDoorsOf, NATIVE_CLIENT, sealDoorPolicy } from "@breakwater/shells";

const root = join(import.meta.dirname, "..");
const dist = join(root, "packages/cli/dist");
const rounds = Number(process.argv[2] ?? 9);
const folder = mkdtempSync(join(tmpdir(), "bench-hook-"));
const terms = {
  attempt: attemptId(taskId("T1"), 1),
  workspace: root,
  scope: { kind: "write", globs: ["src/api/**"] },
  enforcement: "strict",
} as const;
const door = sealDoorPolicy(terms, { main: root, home: folder, tmp: folder, blockedCommands: [] });
const gate = doorOf(compileDoorPolicy({ ...terms, door }), { enforcement: "strict", onDenial: () => {} });

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function verdicts(): Promise<number> {
  const lines = readFileSync(join(root, "packages/guard/corpus/commands.jsonl"), "utf8").trim().split("\n");
  const commands = lines.map((line) => String(Object(JSON.parse(line)).command));
  const times: number[] = [];
  for (const round of [0, 1])
    for (const command of commands) {
      const start = performance.now();
      await gate.decide({ call: "", tool: "Bash", kind: "exec", paths: [], input: { command }, command });
      if (round === 1) times.push(performance.now() - start);
    }
  return median(times);
}

const payload = join(folder, "payload.json");
writeFileSync(
  payload,
  JSON.stringify({ hook_event_name: "PreToolUse", tool_name: "Bash", tool_input: { command: "npm test" } }),
);

/** How often a small shell starts a hook in a row; starting it from here would cost more than the hook. */
const BATCH = 5;
const LOOP = `n=0; while [ $n -lt ${BATCH} ]; do "$@" < "$PAYLOAD" > /dev/null || exit 1; n=$((n + 1)); done`;

function timed(command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const env = { PAYLOAD: payload };
    const child = spawn("/bin/sh", ["-c", LOOP, "sh", ...command], { cwd: folder, env, stdio: "ignore" });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve((performance.now() - start) / BATCH)
        : reject(new Error(`${command.join(" ")} ended with ${code}`)),
    );
  });
}

const doors = hookDoorsOf({ resultFile: join(folder, "T.result.json"), token: "t", hookClients: dist }, gate);
const opened = await doors.open({ protocol: "claude" });
if (!opened.ok) throw new Error(opened.failure.message);
const asked = ["--door", opened.value.folder, "--protocol", "claude"];
const node = process.execPath;
const cases: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": [node, "-e", "0"],
  "/bin/true": ["/bin/true"],
  "client in C": [join(dist, NATIVE_CLIENT), ...asked],
  "hook for Node": [node, join(dist, "hook.cjs"), ...asked],
  "own session": [node, join(dist, "hook.cjs")],
};
const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
for (let round = 0; round <= rounds; round += 1)
  for (const [name, command] of Object.entries(cases)) {
    const time = await timed(command);
    if (round > 0) times.get(name)?.push(time);
  }
const base = median(times.get("node -e 0") ?? []);
for (const [name, each] of times)
  process.stdout.write(`${name.padEnd(14)} ${(median(each) / base).toFixed(3)} of node -e 0\n`);
process.stdout.write(`verdict in process, median over the corpus: ${(await verdicts()).toFixed(3)} ms\n`);
await doors.close();
rmSync(folder, { recursive: true });
