import { literal } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText, runScriptFile, runStdin } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeTree } from "./write-access.ts";
import { opaque } from "./refuse.ts";
import { runLanguage } from "./language-runtime.ts";

const BUN_MANAGES =
  /^(?:add|a|install|i|remove|rm|update|upgrade|link|unlink|outdated|audit|publish|patch|pm|why|info|init|create|c)$/;

/** Bun is a runtime, a package manager and a test runner by its first word. */
export function runBun(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  const text = verb?.text ?? "";
  if (text === "test") return UNSEEN;
  if (text === "x") return shell.exec([literal("bunx"), ...rest], shell, call.stdin);
  if (text === "build") return shell.exec([literal("esbuild"), ...rest], shell, call.stdin);
  if (text === "pm") return shell.exec([literal("npm"), ...rest], shell, call.stdin);
  if (BUN_MANAGES.test(text)) return shell.exec([literal("npm"), ...call.args], shell, call.stdin);
  const script = /^(?:run|watch)$/.test(text) ? rest.find((arg) => !arg.text.startsWith("-")) : undefined;
  return script !== undefined && !/[/.]/.test(script.text)
    ? shell.exec([literal("npm"), literal("run"), script], shell, call.stdin)
    : runLanguage(call, shell);
}

/** Deno is a runtime, a formatter and a package manager by its first word. */
export function runDeno(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  switch (verb?.text) {
    case "eval":
      return executeText(
        rest
          .filter((arg) => !arg.text.startsWith("-"))
          .map((arg) => arg.text)
          .join(" "),
        shell,
        "node",
      );
    case "run": {
      const file = rest.find((arg) => !arg.text.startsWith("-"));
      if (/^https?:/.test(file?.text ?? "")) deny(shell, "remote-exec", "code from the network is executed");
      if (file?.text.startsWith("npm:") === true)
        return shell.exec(
          [literal("npx"), literal(file.text.slice(4)), ...rest.slice(rest.indexOf(file) + 1)],
          shell,
        );
      if (file?.text === "-") return runStdin(call, shell, "node");
      return file === undefined
        ? UNSEEN
        : (runScriptFile(file.text, { ...call, args: [] }, shell, "node") ?? UNSEEN);
    }
    case "test":
    case "check":
    case "lint":
    case "info":
    case "doc":
    case "bench":
    case "help":
    case "types":
    case "--version":
    case "coverage":
    case undefined:
      return UNSEEN;
    case "fmt":
      if (!rest.some((arg) => arg.text === "--check"))
        for (const file of rest.length === 0 ? [literal(".")] : rest) judgeTree(file, shell);
      return UNSEEN;
    case "task":
      return shell.exec([literal("npm"), literal("run"), ...rest], shell, call.stdin);
    case "publish":
      deny(shell, "publish", "deno publish changes the registry");
      return UNSEEN;
    case "install":
    case "add":
    case "remove":
    case "uninstall":
    case "upgrade":
    case "init":
      deny(shell, "scope-write", "deno would change what is installed");
      return UNSEEN;
    case "clean":
      judgeDelete(literal("node_modules"), shell, true);
      return UNSEEN;
    default:
      return opaque(shell, "what deno does is not visible");
  }
}
