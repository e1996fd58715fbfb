import { isOpaque, literal } from "../shell/arg.ts";
import { ask, deny, type Shell } from "../shell/shell.ts";

const LOADERS =
  /^(?:LD_(?:PRELOAD|LIBRARY_PATH|AUDIT)|DYLD_.*|BASH_ENV|ENV|PROMPT_COMMAND|PS[0-4]|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|PERL5(?:OPT|LIB|DB)|PYTHON(?:STARTUP|PATH|HOME|BREAKPOINT|INSPECT|WARNINGS)|RUBY(?:OPT|LIB)|NODE_(?:PATH|REPL_EXTERNAL_MODULE)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS|CLASSPATH|RUSTC_WRAPPER|RUSTC|CARGO_BUILD_RUSTC.*|CARGO_TARGET_.*_RUNNER|GOFLAGS|CC|CXX|MAKEFLAGS|GCONV_PATH|LOCPATH|TERMINFO|ZDOTDIR|HISTFILE|IFS|GLOBIGNORE|npm_config_(?:script_shell|node_options|globalconfig|userconfig|prefix|registry)|NPM_CONFIG_.*)$/i;
const GIT =
  /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|CONFIG.*|EXEC_PATH|TEMPLATE_DIR|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|SSH|SSH_COMMAND|ASKPASS|PROXY_COMMAND|SHELL.*|NAMESPACE|ATTR_SOURCE|ALLOW_PROTOCOL)$/;
const PROGRAMS =
  /^(?:.*PAGER|.*EDITOR|VISUAL|BROWSER|SSH_ASKPASS|SUDO_ASKPASS|LESSOPEN|LESSCLOSE|MANROFFOPT|TAR_OPTIONS|RSYNC_RSH|.*_WRAPPER|.*_COMMAND|FZF_DEFAULT_COMMAND|GREP_OPTIONS)$/;
const GUARDS =
  /^(?:SO_DISABLED_HOOKS|SO_HOOK_PROFILE|CLAUDE_CONFIG_DIR|CLAUDE_PROJECT_DIR|CODEX_HOME|CURSOR_.*_DIR|BREAKWATER_.*|HUSKY|HUSKY_SKIP_HOOKS|LEFTHOOK|ANTHROPIC_BASE_URL|OPENAI_BASE_URL|SKIP|PRE_COMMIT_ALLOW_NO_CONFIG)$/;
const HARMLESS_PROGRAM = /^(?:cat|less|more|true|false|:|vi|vim|nano|less -[A-Za-z]+|)$/;

/** Judges variables that make other programs run code, look elsewhere or skip their guards. */
export function judgeEnvironment(variables: readonly (readonly [string, string])[], shell: Shell): void {
  for (const [name, value] of variables) judgeVariable(name, value, shell);
}

function judgeVariable(name: string, value: string, shell: Shell): void {
  if (GUARDS.test(name)) return deny(shell, "hook-tamper", `${name} would change guards or settings`);
  if (name === "IFS" && /^[\s,:;|]*$/.test(value)) return;
  if (name === "PATH") return judgePath(value, shell);
  if (name === "NODE_OPTIONS") {
    if (
      !/^(?:\s*--(?:max[-_]old[-_]space[-_]size=\d+|no-warnings|enable-source-maps|trace-\S+|unhandled-rejections=\w+|stack-trace-limit=\d+|experimental-vm-modules|openssl-legacy-provider|experimental-strip-types))*\s*$/.test(
        value,
      )
    )
      deny(shell, "env-exec", "NODE_OPTIONS could load code");
    return;
  }
  if (GIT.test(name) && !(name.endsWith("PAGER") || name.endsWith("EDITOR")))
    return deny(shell, "env-exec", `${name} would point git elsewhere or run code`);
  if (name === "CC" || name === "CXX" || name === "RUSTC") {
    if (!/^(?:[\w.+-]*\/)*(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+|rustc)(?:-\d+)?$/.test(value))
      deny(shell, "env-exec", `${name} names a program`);
    return;
  }
  if (name === "GOFLAGS" && !/-(?:toolexec|exec|overlay|modfile|ldflags|gccgoflags)/.test(value)) return;
  if (/^PS[0-4]$/.test(name) && !/[$`]/.test(value)) return;
  if (LOADERS.test(name)) return deny(shell, "env-exec", `${name} makes other programs load or run code`);
  if (PROGRAMS.test(name)) judgeProgram(name, value, shell);
}

function judgeProgram(name: string, value: string, shell: Shell): void {
  if (HARMLESS_PROGRAM.test(value.trim())) return;
  if (isOpaque(value)) return ask(shell, "opaque", `${name} names a program that is not visible`);
  shell.run(value, shell);
  deny(shell, "env-exec", `${name} names a program that others would run`);
}

/** A search path may be extended by the workspace's own programs and by the system's folders. */
function judgePath(value: string, shell: Shell): void {
  const { root } = shell.policy;
  const bad = value.split(":").find((folder) => {
    if (isOpaque(folder) || folder === "") return false;
    if (/^\/(?:usr\/(?:local\/)?)?s?bin$/.test(folder) || folder.endsWith("node_modules/.bin")) return false;
    return !folder.startsWith(`${root}/`) && !/^\/(?:opt|usr|nix)\//.test(folder);
  });
  if (bad !== undefined) deny(shell, "env-exec", `PATH would find programs in ${literal(bad).text}`);
}
