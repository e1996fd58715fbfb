import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { attemptId, taskId } from "@breakwater/core";
import { FLOOR_RULES } from "@breakwater/guard";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileDoorPolicy } from "./door-policy.ts";
import { doorsOfCheckout } from "./order-door.ts";
import { COMMAND_POLICY, readCommandPolicy } from "./project-policy.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "policy-"));
  mkdirSync(dirname(join(root, COMMAND_POLICY)), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (text: string): void => writeFileSync(join(root, COMMAND_POLICY), text);
const rule = '{"id":"no-lint","pattern":"npm run lint","severity":"block","rationale":"slow"}';

test("a project without a command policy has the floor alone", async () => {
  expect(await readCommandPolicy(root, [])).toEqual({ ok: true, value: [] });
  expect(await readCommandPolicy(root, FLOOR_RULES)).toEqual({ ok: true, value: FLOOR_RULES });
});

test("a project's rules come over the floor", async () => {
  write(`{"version":1,"rules":[${rule}]}`);
  const read = await readCommandPolicy(root, []);
  expect(read.ok && read.value.map(({ id }) => id)).toEqual(["no-lint"]);
});

test.each([
  ["no JSON", "{"],
  ["another version", `{"version":2,"rules":[${rule}]}`],
  ["a key twice", `{"version":1,"rules":[${rule}],"rules":[]}`],
  ["a rule without pattern", '{"version":1,"rules":[{"id":"x"}]}'],
  ["too many bytes", `{"version":1,"rules":[],"note":"${"x".repeat(1024 * 1024)}"}`],
])("a command policy that is %s is refused as a whole", async (_name, text) => {
  write(text);
  const read = await readCommandPolicy(root, []);
  expect(read.ok ? "" : read.failure.code).toBe("BW780");
});

test("a link or a folder in place of the command policy is refused", async () => {
  symlinkSync("/dev/null", join(root, COMMAND_POLICY));
  expect((await readCommandPolicy(root, [])).ok).toBe(false);
  rmSync(join(root, COMMAND_POLICY));
  mkdirSync(join(root, COMMAND_POLICY));
  expect((await readCommandPolicy(root, [])).ok).toBe(false);
});

test("what an agent makes of the command policy is not what the next one is judged by", async () => {
  write(`{"version":1,"rules":[${rule}]}`);
  const order = doorsOfCheckout(root);
  const terms = {
    attempt: attemptId(taskId("T1"), 1),
    workspace: join(root, "w"),
    scope: { kind: "read-only" },
    enforcement: "strict",
  } as const;
  await order(terms, join(root, "scratch"));
  write('{"version":1,"rules":[]}');
  const door = await order(terms, join(root, "scratch"));
  const compiled = compileDoorPolicy({ ...terms, door });
  expect(compiled.kind === "open" && compiled.policy.blockedCommands.map(({ id }) => id)).toEqual([
    "no-lint",
  ]);
});

test("a command policy that cannot be read closes the doors", async () => {
  write("{");
  const terms = {
    attempt: attemptId(taskId("T1"), 1),
    workspace: join(root, "w"),
    scope: { kind: "read-only" },
    enforcement: "off",
  } as const;
  const door = await doorsOfCheckout(root)(terms, join(root, "scratch"));
  expect(compileDoorPolicy({ ...terms, door }).kind).toBe("closed");
});
