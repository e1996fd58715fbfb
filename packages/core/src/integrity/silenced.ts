import type { IntegrityFinding, TextChange } from "./finding.ts";
import { squeezed } from "./test-case.ts";

/** Remarks that switch a check off for a whole file; those for one line are everyday. */
const WHOLE_FILE: readonly (readonly [RegExp, string])[] = [
  [/\/\*\s*(?:eslint|oxlint)-disable\s*(?:\*\/|\n)/g, "the linter"],
  [/^[ \t]*\/\/\s*@ts-nocheck\b/gm, "the type check"],
  [
    /^[ \t]*#[ \t]*(?:type:[ \t]*ignore|mypy:[ \t]*ignore-errors|pyright:[ \t]*basic)[ \t]*$/gm,
    "the type check",
  ],
  [/^[ \t]*#\s*(?:flake8|ruff):[ \t]*noqa[ \t]*$/gm, "the linter"],
  [/^[ \t]*#\s*pylint:\s*(?:skip-file|disable=all)\b/gm, "the linter"],
  [
    /\/[/*]\s*(?:istanbul|c8|v8)\s+ignore\s+(?:file|start)\b|^[ \t]*#[ \t]*pragma:[ \t]*no cover[ \t]*$/gm,
    "the coverage",
  ],
];

/** A file that now opts out of a check it was under; a new file that opts out at once counts too. */
export function silencedFindings({ path, before = "", after = "" }: TextChange): readonly IntegrityFinding[] {
  if (!/\.(?:[cm]?[jt]sx?|py|go)$/.test(path)) return [];
  return WHOLE_FILE.flatMap(([pattern, what]) => {
    const count = (text: string): number => squeezed(text).match(pattern)?.length ?? 0;
    if (count(after) <= count(before)) return [];
    const message = `${path} now switches ${what} off for the whole file`;
    return [{ path, rule: "integrity:threshold-lowered" as const, message }];
  });
}
