#!/usr/bin/env node
// Stands in for Cursor's client, which cannot run without its provider: it plays turns, prints the stream and asks
// the hooks as the client's documentation says. It proves the adapter against that text, and nothing of the client.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const args = process.argv.slice(2);
if (args.includes("--version")) {
  console.log("2026.01.01-documented");
  process.exit(0);
}

const after = (flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
const workspace = after("--workspace");
const resumed = after("--resume");
const session = resumed ?? randomUUID();
const stage = process.env.CURSOR_STAGE;
const chats = join(stage, "chats");
if (resumed !== undefined && !existsSync(join(chats, resumed))) {
  process.stderr.write(`There is no chat ${resumed}\n`);
  process.exit(1);
}
mkdirSync(chats, { recursive: true });
writeFileSync(join(chats, session), "");
const { hooks } = JSON.parse(readFileSync(join(after("--plugin-dir"), "hooks", "hooks.json"), "utf8"));
const print = (line) => console.log(JSON.stringify({ ...line, session_id: session }));

print({ type: "system", subtype: "init", cwd: workspace, permissionMode: "default", apiKeySource: "login" });
print({ type: "user", message: { role: "user", content: [{ type: "text", text: args.at(-1) }] } });
let last = "";
for (const turn of JSON.parse(readFileSync(join(stage, "turns.json"), "utf8"))) await play(turn);
print({ type: "result", subtype: "success", is_error: false, duration_ms: 1, result: last });

async function play(turn) {
  if (turn.turn === "hold") {
    writeFileSync(join(stage, `${turn.name}.held`), "");
    while (!existsSync(join(stage, `${turn.name}.released`)))
      await new Promise((next) => setTimeout(next, 5));
    return play(turn.then);
  }
  appendFileSync(join(stage, "requests"), "1\n");
  if (turn.turn === "calls") return void (await Promise.all(turn.acts.map(call)));
  last = turn.text;
  print({ type: "assistant", message: { role: "assistant", content: [{ type: "text", text: last }] } });
}

async function call(act) {
  const id = `tool_${randomUUID()}`;
  const [key, tool, input] = {
    write: ["writeToolCall", "Write", { path: act.path, fileText: act.content }],
    edit: ["editToolCall", "Write", { path: act.path, oldText: act.find, newText: act.replace }],
    read: ["readToolCall", "Read", { path: act.path }],
    shell: ["shellToolCall", "Shell", { command: act.command }],
  }[act.act];
  const show = (subtype, more) =>
    print({ type: "tool_call", subtype, call_id: id, tool_call: { [key]: { args: input, ...more } } });
  show("started", {});
  const refused = await refusalOf({ tool_name: tool, tool_input: hookInput(input), tool_use_id: id });
  const result = refused === undefined ? { success: await carryOut(act) } : { rejected: { reason: refused } };
  show("completed", { result });
}

/** The hook names files by `file_path`, as the documentation of `preToolUse` does. */
function hookInput({ path, ...rest }) {
  return path === undefined ? rest : { file_path: path, ...rest };
}

async function refusalOf(asked) {
  for (const hook of hooks.preToolUse) {
    const payload = {
      ...asked,
      conversation_id: session,
      hook_event_name: "preToolUse",
      cwd: workspace,
      workspace_roots: [workspace],
    };
    const { code, stdout } = await run(hook.command, JSON.stringify(payload));
    if (code === 2) return "blocked by its exit";
    const answer = code === 0 ? JSON.parse(stdout) : undefined;
    if (answer === undefined && hook.failClosed) return "the hook failed";
    if (answer?.permission === "deny") return answer.agent_message ?? "denied";
  }
  return undefined;
}

async function carryOut(act) {
  if (act.act === "shell") {
    const { code, stdout } = await run(act.command, "");
    return { stdout, exitCode: code };
  }
  const file = join(workspace, act.path);
  if (act.act === "read") return { content: readFileSync(file, "utf8") };
  mkdirSync(dirname(file), { recursive: true });
  const content =
    act.act === "write" ? act.content : readFileSync(file, "utf8").replace(act.find, () => act.replace);
  writeFileSync(file, content);
  return { path: act.path, linesCreated: 1 };
}

function run(command, input) {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], { cwd: workspace, stdio: ["pipe", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stdin.on("error", () => {});
    child.once("close", (code) => resolve({ code, stdout }));
    child.stdin.end(input);
  });
}
