import { HOLE, SECRET_HOLE } from "./arg.ts";
import type { Shell } from "./shell.ts";
import type { Stream } from "./stream.ts";

const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|_AUTH$|^AUTH_|_PAT$)/i;

/** Whether a variable is named like a credential. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

const NUMERIC = new Set([
  "?",
  "#",
  "$",
  "RANDOM",
  "SECONDS",
  "LINENO",
  "UID",
  "EUID",
  "COLUMNS",
  "LINES",
  "SHLVL",
  "EPOCHSECONDS",
]);
const MOST_CHOICES = 32;

/** The value of a variable in this run of a command; a hole where the command line does not show it. */
export function valueOf(name: string, shell: Shell): string {
  const picked = shell.choice?.picked.get(name);
  if (picked !== undefined) return picked;
  const values = shell.state.variables.get(name);
  if (values === undefined) return unsetValue(name, shell);
  return pick(name, values, shell);
}

/** All fields of `$@` or of an array, or `undefined` where it is no list that is known. */
export function listOf(name: string, shell: Shell): readonly string[] | undefined {
  if (name === "@" || name === "*") return shell.state.positional ?? [HOLE];
  return shell.state.arrays.get(name);
}

/** Sets a variable; in a branch the earlier values stay possible. */
export function assign(name: string, values: readonly string[], shell: Shell): void {
  const before = shell.state.branching > 0 ? (shell.state.variables.get(name) ?? []) : [];
  const all = [...new Set([...before, ...values])];
  shell.state.variables.set(name, all.length > MOST_CHOICES ? [HOLE] : all);
}

/** Assigns what `read` reads: one word of a visible text, else something unseen. */
export function assignRead(names: readonly string[], stdin: Stream | undefined, shell: Shell): void {
  const text = stdin?.text ?? HOLE;
  const lines = text.includes(HOLE) ? [HOLE] : text.split("\n").filter((line) => line !== "");
  for (const name of names) assign(name, lines.length === 0 ? [""] : lines.slice(0, 32), shell);
}

function pick(name: string, values: readonly string[], shell: Shell): string {
  const { choice } = shell;
  if (values.length === 1 || choice === undefined) return values.length === 1 ? (values[0] ?? "") : HOLE;
  const value = values[Math.floor(choice.index / choice.width) % values.length] ?? "";
  choice.width *= values.length;
  choice.picked.set(name, value);
  return value;
}

function positional(name: string, shell: Shell): string {
  const values = shell.state.positional;
  return values === undefined ? HOLE : (values[Number(name) - 1] ?? "");
}

function unsetValue(name: string, shell: Shell): string {
  const { policy, state } = shell;
  if (NUMERIC.has(name)) return "0";
  if (/^\d+$/.test(name)) return name === "0" ? "bash" : positional(name, shell);
  switch (name) {
    case "HOME":
      return policy.home;
    case "TMPDIR":
    case "TMP":
    case "TEMP":
      return policy.tmp;
    case "PWD":
      return state.directory ?? HOLE;
    case "IFS":
      return " \t\n";
    case "BASH":
    case "SHELL":
      return "/bin/bash";
    case "-":
      return "hB";
    case "!":
      return "%1";
    default:
      return isSecretName(name) ? SECRET_HOLE : HOLE;
  }
}
