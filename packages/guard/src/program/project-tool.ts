import { literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { executeText } from "./execute.ts";
import { judgeTree } from "./write-access.ts";
import { judgeOutputs, valuesOf } from "./output-option.ts";
import { purposeOf } from "./script-name.ts";

/** Tools that run what a project's own build files say. */
export const PROJECT_TOOLS: readonly (readonly [string, Handler])[] = [
  ["go", goTool],
  ["cargo", cargo],
  ...[
    "make",
    "gmake",
    "just",
    "ant",
    "nmake",
    "scons",
    "invoke",
    "fab",
    "task",
    "mage",
    "bazel",
    "buck2",
  ].map((name) => [name, recipe] as const),
  ...["gulp", "grunt", "rake"].map((name) => [name, namedTask] as const),
  [
    "ninja",
    (call, shell) => {
      if (call.args.some((arg) => arg.text === "install"))
        deny(shell, "scope-write", "ninja would install files");
      return UNSEEN;
    },
  ],
  ...["nox", "tox"].map((name) => [name, () => UNSEEN] as const),
  ...[
    "gradle",
    "gradlew",
    "mvn",
    "mvnw",
    "dotnet",
    "sbt",
    "lein",
    "mix",
    "swift",
    "stack",
    "cabal",
    "flutter",
    "dart",
  ].map((name) => [name, project] as const),
];

function goTool(call: Call, shell: Shell): Stream {
  const [verb, ...rest] = call.args;
  judgeOutputs(
    { ...call, args: rest },
    ["-o", "-coverprofile", "-cpuprofile", "-memprofile", "-trace", "-outputdir"],
    shell,
  );
  for (const value of valuesOf(rest, ["-exec", "-toolexec"])) executeText(value.text, shell, "shell");
  switch (verb?.text ?? "help") {
    case "build":
    case "test":
    case "vet":
    case "version":
    case "list":
    case "doc":
    case "env":
    case "help":
    case "tool":
      if (verb?.text === "env" && rest.some((arg) => arg.text === "-w" || arg.text === "-u"))
        deny(shell, "env-exec", "go env -w changes settings for later");
      return UNSEEN;
    case "fmt":
    case "fix":
    case "generate":
      if (verb?.text === "generate") ask(shell, "opaque", "go generate runs commands that are not visible");
      else judgeTree(literal(rest[0]?.text.replace(/\/\.\.\.$/, "") ?? "."), shell);
      return UNSEEN;
    case "run":
      if (/@|^[\w-]+\.[\w-]+\//.test(rest.find((arg) => !arg.text.startsWith("-"))?.text ?? ""))
        deny(shell, "remote-exec", "code from the network is executed");
      return UNSEEN;
    case "clean":
      return UNSEEN;
    case "mod":
    case "work":
      if (/^(?:graph|verify|why)$/.test(rest[0]?.text ?? "")) return UNSEEN;
      deny(shell, "scope-write", "go would change modules");
      return UNSEEN;
    default:
      deny(shell, "scope-write", "go would change modules or installed programs");
      return UNSEEN;
  }
}

function cargo(call: Call, shell: Shell): Stream {
  const args = call.args.filter((arg) => !arg.text.startsWith("+"));
  const verb = args.find((arg) => !arg.text.startsWith("-"))?.text ?? "";
  if (args.some((arg) => arg.text === "--dry-run" || arg.text === "--help")) return UNSEEN;
  if (valuesOf(args, ["--config"]).length > 0)
    deny(shell, "env-exec", "cargo is given settings that may run code");
  for (const value of valuesOf(args, ["--target-dir", "--out-dir", "--artifact-dir"]))
    judgeTree(value, shell);
  if (/^(?:publish|yank|owner|login|logout)$/.test(verb))
    deny(shell, "publish", `cargo ${verb} changes the registry`);
  else if (
    /^(?:install|uninstall|add|remove|rm|update|init|new|vendor|generate-lockfile|upgrade|set-version)$/.test(
      verb,
    )
  )
    deny(shell, "scope-write", `cargo ${verb} changes manifests or installed programs`);
  else if (
    verb === "fix" ||
    (verb === "fmt" && !args.some((arg) => arg.text === "--check")) ||
    (verb === "clippy" && args.some((arg) => arg.text === "--fix"))
  )
    judgeTree(literal("."), shell);
  else if (
    verb !== "" &&
    !/^(?:build|b|check|c|test|t|bench|run|r|clippy|fmt|doc|d|tree|metadata|version|search|nextest|clean|help|expand|audit|deny|outdated|llvm-cov|miri|machete|package|verify-project|locate-project|read-manifest|rustc|rustdoc|report|info|udeps|bloat|geiger|hack|semver-checks|mutants|insta|criterion|flamegraph|asm|about|depgraph|modules|public-api|msrv|tarpaulin|spellcheck|deadlinks|kani|careful|minimal-versions|vet|auditable|cyclonedx)$/.test(
      verb,
    )
  )
    ask(shell, "unknown-program", `cargo ${verb} is not known`);
  return UNSEEN;
}

/** A recipe's commands stand in a file, so they cannot be seen. */
function recipe(call: Call, shell: Shell): Stream {
  if (
    call.args.some((arg) =>
      /^(?:-n|--dry-run|--just-print|--help|--version|-v|-V|-l|--list|-T|--tasks|--summary|query|cquery|aquery|info)$/.test(
        arg.text,
      ),
    )
  )
    return UNSEEN;
  for (const value of valuesOf(call.args, ["--eval"]))
    executeText(value.text.replace(/.*\$\(shell (.*)\)/, "$1"), shell, "shell");
  for (const arg of call.args)
    if (/^(?:SHELL|MAKEFLAGS|\.SHELLFLAGS)=/.test(arg.text))
      deny(shell, "env-exec", "a variable of make runs code");
  if (valuesOf(call.args, ["-f", "--file"]).some((arg) => arg.text === "-"))
    for (const line of call.stdin?.text.split("\n") ?? [])
      if (line.startsWith("\t")) shell.run(line.replace(/^\t[@+-]*/, ""), shell);
  const destroys = call.args.find((arg) =>
    /(?:^|[:_-])(?:drop|reset|destroy|nuke|purge|wipe|truncate)(?:$|[:_-])/i.test(arg.text),
  );
  if (call.args.some((arg) => /^(?:un)?install(?:[:-]|$)/.test(arg.text)))
    deny(shell, "scope-write", `${call.program} would install files`);
  if (destroys !== undefined) deny(shell, "db-cloud-destroy", `${destroys.text} destroys data by its name`);
  ask(shell, "opaque", `what ${call.program} does is not visible`);
  return UNSEEN;
}

/** A task of the project's own build file, judged by its name as package scripts are. */
function namedTask(call: Call, shell: Shell): Stream {
  for (const { text } of call.args) {
    const purpose = text.startsWith("-") ? "ordinary" : purposeOf(text);
    if (purpose === "destroys") deny(shell, "db-cloud-destroy", `${text} destroys data by its name`);
    else if (purpose === "acts") ask(shell, "opaque", `what the task ${text} does is not visible`);
  }
  return UNSEEN;
}

const PROJECT_DENIED =
  /^(?:publish\w*|deploy\w*|release:.*|nuget|uninstall|installDist|upload\w*|hex\.(?:publish|retire)|ecto\.(?:drop|reset|rollback)|pub)$/i;
const PROJECT_INSTALLS =
  /^(?:install|uninstall|tool|add|remove|new|deps\.(?:get|update|unlock|clean)|update|upgrade|haddock-install)$/;
const PROJECT_KNOWN =
  /^(?:build|test|check|compile\w*|verify|package|assemble\w*|classes|testClasses|jar|tasks|dependencies|help|run|format|clean|lint\w*|analyze|version|--version|-v|-version|deps\.\w*|credo|dialyzer|integration-test|validate|site|bench|repl|spotlessCheck|info|list|tree|analyze|resolve|restore|properties|projects|effective-pom|display-\w+-updates|dependencyInsight|testOnly|testQuick|style|publishLocal)$/;

function project(call: Call, shell: Shell): Stream {
  for (const arg of call.args) {
    if (arg.text.startsWith("-")) continue;
    const name = arg.text.slice(arg.text.lastIndexOf(":") + 1).split(" ")[0] ?? "";
    if (PROJECT_DENIED.test(arg.text) || PROJECT_DENIED.test(name))
      deny(
        shell,
        /drop|reset|rollback/.test(name) ? "db-cloud-destroy" : "publish",
        `${call.program} ${name} publishes or destroys`,
      );
    else if (
      call.args.indexOf(arg) === 0 &&
      PROJECT_INSTALLS.test(name) &&
      !/^(?:mvnw?|gradlew?)$/.test(call.program)
    )
      deny(shell, "scope-write", `${call.program} ${name} changes what is installed`);
    else if (call.args.indexOf(arg) === 0 && !PROJECT_KNOWN.test(name))
      ask(shell, "unknown-program", `${call.program} ${name} is not known`);
  }
  return UNSEEN;
}
