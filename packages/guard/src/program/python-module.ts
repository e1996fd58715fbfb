import { type Arg, HOLE, literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { judgeTree } from "./write-access.ts";

const SAFE_MODULES =
  /^(?:pytest|unittest|json\.tool|doctest|mypy|pyright|flake8|pylint|coverage|tox|build|compileall|py_compile|platform|site|sysconfig|calendar|this|timeit|cProfile|trace|tabnanny|ast|dis|tokenize|pydoc|pyflakes|pycodestyle|bandit|nose2?|sphinx|mkdocs|http\.server|zipfile|tarfile|venv|virtualenv|ensurepip|pip_audit|inspect)$/;

/** Judges a module that Python runs by `-m`. */
export function runModule(
  module: string,
  args: readonly Arg[],
  how: { readonly call: Call; readonly shell: Shell },
): Stream {
  const { call, shell } = how;
  if (
    /^(?:pip|black|isort|ruff|twine|poetry|uv|flit|autopep8|yapf|awscli|pre_commit|pipx|hatch|build)$/.test(
      module,
    )
  )
    return shell.exec([literal(module), ...args], shell, call.stdin);
  if (module === "timeit") return executeText(args.map((arg) => arg.text).join("\n"), shell, "python");
  if (module === "venv" || module === "virtualenv")
    judgeTree(args.findLast((arg) => !arg.text.startsWith("-")) ?? literal("."), shell);
  if (module === "zipfile" || module === "tarfile") {
    if (args.some((arg) => /^(?:-e|--extract|-c|--create)$/.test(arg.text)))
      judgeTree(args.at(-1) ?? literal("."), shell);
  }
  if (!SAFE_MODULES.test(module))
    ask(shell, "opaque", `what the module ${module.includes(HOLE) ? "…" : module} does is not visible`);
  return UNSEEN;
}

/** Everything after `-m NAME` belongs to the module. */
export function moduleArguments(args: readonly Arg[]): readonly Arg[] {
  const at = args.findIndex((arg) => /^-[a-zA-Z]*m/.test(arg.text) && !arg.text.startsWith("--"));
  return args.slice(at + (args[at]?.text.endsWith("m") === true ? 2 : 1));
}

/** A Python project's `setup.py` installs and uploads by its verbs. */
export function judgeSetup(args: readonly Arg[], shell: Shell): boolean {
  const has = (verbs: RegExp): boolean => args.some((arg) => verbs.test(arg.text));
  if (has(/^(?:upload|register)$/)) deny(shell, "publish", "setup.py would upload");
  else if (has(/^(?:install|develop)$/)) deny(shell, "scope-write", "setup.py would install");
  else return has(/^(?:test|check|build|build_ext|--version|--help|--help-commands)$/);
  return true;
}
