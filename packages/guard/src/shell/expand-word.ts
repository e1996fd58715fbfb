import { type ArithmeticExpression, type DoubleQuotedChild, parse, type Word, type WordPart } from "unbash";
import { type Arg, HOLE } from "./arg.ts";
import { expandBraces } from "./brace.ts";
import { expandParameter } from "./parameter.ts";
import type { Shell } from "./shell.ts";
import { listOf, valueOf } from "./variable.ts";
import { Fields, separatorsOf } from "./field.ts";
import { substitute, processFile } from "./substitution.ts";

/** The arguments that a word becomes: braces, tilde, variables, substitutions, word splitting. */
export function expandWord(word: Word, shell: Shell): readonly Arg[] {
  if (word.parts === undefined) return [{ text: tilde(word.text, word.value, shell), glob: false }];
  if (hasBraces(word.parts)) {
    if (word.text.length > LONGEST_BRACES) return [{ text: HOLE, glob: false }];
    const spelled = expandBraces(word.text);
    if (spelled.length !== 1 || spelled[0] !== word.text)
      return spelled.flatMap((text) => expandSpelled(text, shell));
  }
  const fields = new Fields();
  addParts(word.parts, fields, { shell, quoted: false });
  return fields
    .finish()
    .map((arg, at) => (at === 0 ? { ...arg, text: tilde(word.text, arg.text, shell) } : arg));
}

/** The text of a word where nothing is split: assignments, redirections, here-documents. */
export function expandText(word: Word, shell: Shell): string {
  if (word.parts === undefined) return tilde(word.text, word.value, shell);
  return tilde(word.text, expandPartsText(word.parts, shell), shell);
}

/** The text of parts in quotes. */
export function expandPartsText(parts: readonly WordPart[], shell: Shell): string {
  const fields = new Fields();
  addParts(parts, fields, { shell, quoted: true });
  return fields.joined();
}

/** Beyond this the words of a brace are taken as unseen. */
const LONGEST_BRACES = 2048;

type Mode = { readonly shell: Shell; readonly quoted: boolean };

function hasBraces(parts: readonly WordPart[]): boolean {
  return parts.some((part) => part.type === "BraceExpansion");
}

function expandSpelled(text: string, shell: Shell): readonly Arg[] {
  const command = parse(`: ${text}`).commands[0]?.command;
  const word = command?.type === "Command" ? command.args[0] : undefined;
  if (word?.type !== "Word") return [{ text, glob: false }];
  if (word.parts !== undefined && hasBraces(word.parts)) {
    const plain = word.parts.map((part) => (part.type === "BraceExpansion" ? literalPart(part.text) : part));
    const fields = new Fields();
    addParts(plain, fields, { shell, quoted: false });
    return fields.finish();
  }
  return expandWord(word, shell);
}

function literalPart(text: string): WordPart {
  return { type: "Literal", pos: 0, end: 0, value: text, text };
}

function tilde(raw: string, text: string, shell: Shell): string {
  if (!raw.startsWith("~") || !text.startsWith("~")) return text;
  if (text === "~" || text.startsWith("~/")) return shell.policy.home + text.slice(1);
  if (text === "~+" || text.startsWith("~+/")) return (shell.state.directory ?? HOLE) + text.slice(2);
  return `/${text}`;
}

function addParts(parts: readonly (WordPart | DoubleQuotedChild)[], fields: Fields, mode: Mode): void {
  for (const part of parts) addPart(part, fields, mode);
}

function addPart(part: WordPart | DoubleQuotedChild, fields: Fields, mode: Mode): void {
  const { shell } = mode;
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      fields.add(part.value);
      return;
    case "DoubleQuoted":
    case "LocaleString":
      if (addList(part.parts, fields, shell)) return;
      fields.add("");
      addParts(part.parts, fields, { shell, quoted: true });
      return;
    case "Glob":
      fields.addGlob(part.text);
      return;
    case "ExtendedGlob":
      fields.addGlob("*");
      return;
    case "BraceExpansion":
      fields.add(part.text);
      return;
    case "SimpleExpansion":
    case "ParameterExpansion":
      addVariable(part, fields, mode);
      return;
    case "CommandExpansion":
      addValue(substitute(part, shell), fields, mode);
      return;
    case "ArithmeticExpansion":
      runArithmetic(part.expression, shell);
      fields.add("0");
      return;
    case "ProcessSubstitution":
      fields.add(processFile(part, shell));
      return;
  }
}

function addVariable(
  part: WordPart & { readonly type: "SimpleExpansion" | "ParameterExpansion" },
  fields: Fields,
  mode: Mode,
): void {
  const { shell } = mode;
  if (part.type === "SimpleExpansion") {
    const name = part.text.slice(1);
    if ((name === "@" || name === "*") && !mode.quoted && addList([part], fields, shell)) return;
    addValue(
      name === "@" || name === "*" ? (listOf("@", shell) ?? []).join(" ") : valueOf(name, shell),
      fields,
      mode,
    );
    return;
  }
  if (!mode.quoted && addList([part], fields, shell)) return;
  addValue(
    expandParameter(part, shell, (word) => expandText(word, shell)),
    fields,
    mode,
  );
}

function addValue(value: string, fields: Fields, mode: Mode): void {
  if (mode.quoted) fields.add(value);
  else fields.split(value, separatorsOf(mode.shell));
}

/** `"$@"` and `"${a[@]}"` become one field per element. */
function addList(parts: readonly (WordPart | DoubleQuotedChild)[], fields: Fields, shell: Shell): boolean {
  const only = parts.length === 1 ? parts[0] : undefined;
  const list = only === undefined ? undefined : listNamed(only, shell);
  if (list === undefined) return false;
  list.forEach((element, at) => {
    if (at > 0) fields.end();
    fields.add(element);
  });
  return true;
}

function listNamed(part: WordPart | DoubleQuotedChild, shell: Shell): readonly string[] | undefined {
  if (part.type === "SimpleExpansion" && part.text === "$@") return listOf("@", shell);
  if (part.type !== "ParameterExpansion" || part.operation !== undefined || part.prefix !== undefined)
    return undefined;
  if (part.parameter === "@") return listOf("@", shell);
  return part.index?.value === "@" || part.index?.value === "*" ? listOf(part.parameter, shell) : undefined;
}

/** Runs the substitutions inside an arithmetic expression. */
export function runArithmetic(expression: ArithmeticExpression | undefined, shell: Shell): void {
  if (expression === undefined) return;
  switch (expression.type) {
    case "ArithmeticWord":
      if (expression.parts !== undefined) expandPartsText(expression.parts, shell);
      return;
    case "ArithmeticCommandExpansion":
      substitute(expression, shell);
      return;
    case "ArithmeticBinary":
      runArithmetic(expression.left, shell);
      runArithmetic(expression.right, shell);
      return;
    case "ArithmeticUnary":
      runArithmetic(expression.operand, shell);
      return;
    case "ArithmeticTernary":
      runArithmetic(expression.test, shell);
      runArithmetic(expression.consequent, shell);
      runArithmetic(expression.alternate, shell);
      return;
    case "ArithmeticGroup":
      runArithmetic(expression.expression, shell);
      return;
  }
}
