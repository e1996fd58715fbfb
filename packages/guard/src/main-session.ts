import { below, normalPath, pathIn } from "./path/resolve-path.ts";
import type { GuardContext } from "./policy.ts";

const FREE =
  /(?:^|\/)(?:node_modules|dist|build|coverage|out|target|\.next|\.nuxt|\.turbo|\.cache|\.parcel-cache|\.vite|\.svelte-kit|\.output|\.nyc_output|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.gradle|\.orchestrator\/tmp|storybook-static|test-results|playwright-report|htmlcov)(?:\/|$)/;

/** Whether a deletion concerns only scratch and what a build makes again: a command policy leaves it alone. */
export function isScratchText(argv: readonly string[], context: GuardContext): boolean {
  const name = argv[0]?.slice((argv[0]?.lastIndexOf("/") ?? -1) + 1);
  if (name !== "rm") return false;
  const operands = argv.slice(1).filter((arg) => !arg.startsWith("-"));
  return operands.length > 0 && operands.every((operand) => isFree(operand, context));
}

function isFree(operand: string, context: GuardContext): boolean {
  if (/[\u0000-\u0002]/.test(operand) && !/\u0002\/[\w.]+$/.test(operand)) return false;
  const { root, tmp } = context.policy;
  const path = normalPath(pathIn(root, operand));
  if ((below(tmp, path) ?? "") !== "") return true;
  const inside = below(root, path);
  return inside === undefined
    ? /^\/(?:private\/)?tmp\/./.test(path) && context.policy.actor === "main-session"
    : FREE.test(inside);
}
