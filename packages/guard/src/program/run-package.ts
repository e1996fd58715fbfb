import { type Arg, literal } from "../shell/arg.ts";
import type { Call, Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { refuse } from "./refuse.ts";

/** Runs a package's program: the program is judged, and a package from an address is refused. */
export function runPackage(args: readonly Arg[], call: Call, shell: Shell): Stream {
  const options = readOptions(args, {
    short: "pcw",
    long: ["--package", "--call", "--workspace", "--from", "--with", "--python"],
    stopAtOperand: true,
  });
  for (const text of options.values("-c", "--call")) executeText(text.text, shell, "shell");
  const [first, ...rest] = options.operands;
  const named = [
    ...options.values("-p", "--package", "--from", "--with"),
    ...(first === undefined ? [] : [first]),
  ];
  for (const name of named) {
    if (
      /^(?:https?|git(?:\+\w+)?|github|gist|file|ssh):|^[\w.-]+\/[\w.-]+(?:#|$)|\.(?:tgz|tar\.gz)$|^[./]/.test(
        name.text,
      )
    )
      return refuse(shell, "remote-exec", "a package from an address runs code");
    if (
      /(?:claude|codex|cursor|gemini|breakwater)[\w-]*(?:hook|guard|uninstall|disable)|(?:hook|guard)[\w-]*(?:uninstall|disable)/i.test(
        name.text,
      )
    )
      return refuse(shell, "hook-tamper", "the package acts on guards");
  }
  if (first === undefined) return UNSEEN;
  const name = programOf(first.text);
  if (
    /^(?:create-|@[\w-]+\/create(?:-|$)|degit$|tiged$|giget$|yo$|plop$|hygen$)/.test(first.text) ||
    name === "create"
  )
    judgeTree(literal("."), shell);
  return shell.exec([literal(name), ...rest], shell, call.stdin);
}

const PACKAGE_PROGRAMS: Readonly<Record<string, string>> = {
  typescript: "tsc",
  "@biomejs/biome": "biome",
  "@anthropic-ai/claude-code": "claude",
  "@openai/codex": "codex",
  "@google/gemini-cli": "gemini",
  "@angular/cli": "ng",
  "@nestjs/cli": "nest",
  "@vue/cli": "vue",
  "@playwright/test": "playwright",
  "@ast-grep/cli": "sg",
  "@changesets/cli": "changeset",
  "node@latest": "node",
};

/** `rimraf@5` is `rimraf`; a scoped package's program has its last name, unless it is known by another. */
function programOf(text: string): string {
  const name = text.replace(/(?<=.)@[^/]*$/, "");
  return PACKAGE_PROGRAMS[name] ?? (name.startsWith("@") ? name.slice(name.indexOf("/") + 1) : name);
}
