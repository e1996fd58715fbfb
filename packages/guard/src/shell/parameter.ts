import type { ParameterExpansionPart, Word } from "unbash";
import { HOLE, isOpaque } from "./arg.ts";
import type { Shell } from "./shell.ts";
import { assign, valueOf } from "./variable.ts";
import { matchesShellPattern } from "./pattern.ts";

type ExpandText = (word: Word) => string;

/** The value of `${…}`; every operand is expanded, because expanding may run commands. */
export function expandParameter(part: ParameterExpansionPart, shell: Shell, expand: ExpandText): string {
  const operation = part.operation;
  if (part.prefix === "#") return "0";
  if (part.prefix === "!") {
    const pointed = valueOf(part.parameter, shell);
    return isOpaque(pointed) || operation !== undefined ? HOLE : valueOf(pointed, shell);
  }
  const value = valueAt(part, shell, expand);
  if (operation === undefined) return value;
  switch (operation.type) {
    case "Default":
      return expandDefault(
        part,
        value,
        { operator: operation.operator, operand: expand(operation.operand) },
        shell,
      );
    case "Remove":
      return removed(value, operation.operator, expand(operation.operand));
    case "Replace":
      return replaced(value, operation.operator, {
        from: expand(operation.pattern),
        to: expand(operation.replacement),
      });
    case "Slice": {
      const numbers = [operation.offset, operation.length].map((word) =>
        word === undefined ? "" : expand(word).trim(),
      );
      return sliced(value, numbers[0] ?? "", numbers[1] ?? "");
    }
    case "CaseModification": {
      if (operation.operand !== undefined) expand(operation.operand);
      return recased(value, operation.operator);
    }
    case "Transform":
    case "Names":
    case "Unknown":
      return HOLE;
  }
}

function valueAt(part: ParameterExpansionPart, shell: Shell, expand: ExpandText): string {
  if (part.index === undefined)
    return shell.state.arrays.get(part.parameter)?.[0] ?? valueOf(part.parameter, shell);
  const index = expand(part.index);
  const list = shell.state.arrays.get(part.parameter);
  if (list === undefined) return valueOf(part.parameter, shell);
  if (index === "@" || index === "*") return list.join(" ");
  const at = /^-?\d+$/.test(index) ? Number(index) : Number.NaN;
  return list.at(at) ?? HOLE;
}

function expandDefault(
  part: ParameterExpansionPart,
  value: string,
  operation: { readonly operator: string; readonly operand: string },
  shell: Shell,
): string {
  const { operator, operand } = operation;
  const known = shell.state.variables.has(part.parameter) || !isOpaque(value);
  if (operator.endsWith("+")) return known && value !== "" ? operand : isOpaque(value) ? HOLE : "";
  if (known && (value !== "" || !operator.startsWith(":"))) return value;
  const result = known ? operand : HOLE;
  if (operator.endsWith("=")) assign(part.parameter, [result], shell);
  return result;
}

function removed(value: string, operator: string, pattern: string): string {
  if (isOpaque(value) || isOpaque(pattern) || value.length > 1000) return HOLE;
  const lengths = Array.from({ length: value.length + 1 }, (_, n) => n);
  const longest = operator.length === 2;
  const order = longest ? lengths.toReversed() : lengths;
  const fromStart = operator.startsWith("#");
  for (const length of order) {
    const piece = fromStart ? value.slice(0, length) : value.slice(value.length - length);
    if (matchesShellPattern(pattern, piece))
      return fromStart ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

function replaced(
  value: string,
  operator: string,
  change: { readonly from: string; readonly to: string },
): string {
  if (isOpaque(value) || isOpaque(change.from) || isOpaque(change.to) || /[*?[]/.test(change.from))
    return HOLE;
  if (change.from === "") return value;
  if (operator === "//") return value.replaceAll(change.from, () => change.to);
  if (operator === "/#")
    return value.startsWith(change.from) ? change.to + value.slice(change.from.length) : value;
  if (operator === "/%")
    return value.endsWith(change.from) ? value.slice(0, -change.from.length) + change.to : value;
  return value.replace(change.from, () => change.to);
}

function sliced(value: string, offset: string, length: string): string {
  if (isOpaque(value) || !/^-?\d+$/.test(offset) || !/^(?:-?\d+)?$/.test(length)) return HOLE;
  const start = Number(offset) < 0 ? Math.max(0, value.length + Number(offset)) : Number(offset);
  if (length === "") return value.slice(start);
  return Number(length) < 0 ? value.slice(start, Number(length)) : value.slice(start, start + Number(length));
}

function recased(value: string, operator: string): string {
  if (operator === "^^") return value.toUpperCase();
  if (operator === ",,") return value.toLowerCase();
  const first = value.charAt(0);
  return (operator === "^" ? first.toUpperCase() : first.toLowerCase()) + value.slice(1);
}
