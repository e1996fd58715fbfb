import { type Arg, isOpaque, literal, readable, SECRET_HOLE } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { below } from "../path/resolve-path.ts";
import { secretMatching } from "../tool/secret-path.ts";
import { changeSources } from "./formatter.ts";
import { executeText, startedByOption } from "./execute.ts";
import { absolute, judgeRead, judgeReadTree, judgeTarget, judgeTree } from "./file-access.ts";
import { readOptions } from "./option.ts";
import type { Stream } from "../shell/stream.ts";
import { listMatches } from "./text-source.ts";

/** Programs that only look, compute or print. */
const READERS =
  `ls dir vdir tree head tail wc nl od hexdump strings file stat du df cmp diff diff3 comm join paste cut
  uniq column fold fmt expand unexpand pr tsort shuf factor bc dc expr test [ true false : sleep yes uname hostname
  whoami id groups who w uptime free vmstat iostat lscpu lsblk lsusb lspci lsmod lsof ps pgrep pidof top htop btop
  pstree env-info locale getconf tty stty tput clear reset_terminal cal md5sum sha1sum sha224sum sha256sum sha384sum
  sha512sum b2sum cksum sum grep egrep fgrep zgrep rg ag ack ugrep sift jq fx gron dasel zcat bzcat xzcat zless bat
  batcat exa eza lsd tokei cloc scc sloccount delta difft icdiff colordiff wdiff dig nslookup host ping ping6
  traceroute tracepath mtr netstat ss whois getent arch dmesg journalctl last lastlog numfmt iconv uconv readelf nm
  objdump size ldd addr2line c++filt otool file-type identify exiftool mediainfo ffprobe shellcheck hadolint actionlint
  yamllint jsonlint ajv spectral tidy htmlhint commitlint cspell vale proselint alex write-good linkinator lychee
  depcheck madge dependency-cruiser depcruise license-checker size-limit bundlesize publint attw arethetypeswrong
  ts-prune ts-unused-exports unimported syncpack-list jscpd plato complexity-report lizard radon vulture semgrep
  trivy grype gitleaks trufflehog snyk-test nx-graph vitest jest mocha ava tap tape jasmine karma cypress playwright
  pytest nose2 rspec minitest phpunit pest ctest gotestsum tsd tsc vue-tsc svelte-check flow pyright mypy pylint flake8
  pydocstyle pycodestyle bandit safety next-info nyc-report test-storybook loadtest autocannon ab wrk k6 hey vegeta
  tsx-version xmllint xq htmlq pup csvlook csvstat csvcut mlr qsv xsv glow mdcat fzf peco gum-style wait-on figlet cowsay
  lolcat fortune banner jobs fg bg disown wait times umask ulimit caller dirs history let local return break continue
  exit logout help suspend shopt getopts compopt times fc popd_noop ng vue next nuxt astro remix gatsby storybook
  start-storybook react-scripts vue-cli-service webpack-dev-server serve http-server live-server json-server sirv
  turbo nx rush lage wireit tsc-watch tsup rolldown rspack rsbuild bunchee unbuild microbundle tshy tsdown
  api-extractor size web-ext-lint docusaurus vitepress typedoc typst cspell-cli npm-check-updates-list changeset-status
  openspec envsubst sponge_noop pv progress ts-interface-checker watchman-list stylua luacheck checkmake ps2ascii
  wslpath cygpath readlink sqlformat msgfmt gettext tsserver node-gyp-build asciidoctor mdbook hugo jekyll zola eleventy
  uuidgen fd-noop inotifywait notify-send say afplay open-noop xdg-mime git-cliff conventional-changelog tldr cheat
  apropos whatis whereis info locate mdfind pbpaste code-noop lipo dtruss instruments sample vmmap atos xcrun-list
  golangci-lint staticcheck revive errcheck gosec govulncheck gocyclo ineffassign misspell deadcode unparam benchstat
  cargo-audit tarpaulin swiftlint detekt checkstyle pmd spotbugs phpstan psalm phpmd phpcs phpinsights infection pdepend
  brakeman reek flog sorbet srb erb_lint haml-lint slim-lint scss-lint stylelint-check sqlfluff-check tflint tfsec checkov
  kube-linter kubeval kubeconform conftest dockle codespell-check pydoclint interrogate xenon wily mutmut pytest-watch
  ptw py.test green behave robot hypothesis locust snakeviz py-spy memray scalene lcov gcov genhtml gcovr llvm-cov
  llvm-profdata kcov cppcheck cpplint iwyu include-what-you-use ccache sccache elm-test elm-review buck purs hlint
  credo dialyzer ponyc crystal-check ameba zls clangd gopls rust-analyzer typescript-language-server ruff-lsp pylsp
  stack-check lychee-check markdown-link-check alex-check remark textlint proselint-check broken-link-checker blc
  source-map-explorer webpack-bundle-analyzer bundle-stats lighthouse lhci pa11y axe percy loki chromatic-check
  stryker jest-diff ava-cli uvu tape-run qunit testem wtr web-test-runner nightwatch testcafe codecept
  semver start-server-and-test forge hardhat truffle foundry cast anvil
  newman wdio artillery cucumber-js cucumber hurl bru stepci pact buildevents gatling jmeter-check drill oha bombardier
  xcodebuild xcrun xcpretty pod-lint periphery swift-format-check
  printcap setterm getfacl lsattr lsns findmnt mountpoint blkid nvidia-smi rocm-smi sensors acpi ftp-noop man-noop`.split(
    /\s+/,
  );

/** The handlers of programs without effects; each argument is still looked at. */
export const HARMLESS: readonly (readonly [string, Handler])[] = [
  ...READERS.map((name) => [name, look] as const),
  ["rg", judgeRipgrep],
  ["fzf", judgeRipgrep],
  [
    "changeset",
    (call, shell) =>
      /^(?:status|)$/.test(call.args[0]?.text ?? "") ? undefined : changesHistory(call, shell),
  ],
  [
    "uniq",
    (call, shell) =>
      void (readableOperands(call)[1] === undefined
        ? undefined
        : judgeTarget(literal(readableOperands(call)[1] ?? ""), shell, "file")),
  ],
  ["xxd-noop", () => undefined],
  ["tree", (call, shell) => outputAfter(call, shell, "-o")],
  ["iconv", (call, shell) => outputAfter(call, shell, "-o")],
  ["shuf", (call, shell) => outputAfter(call, shell, "-o")],
  ["ffmpeg", (call, shell) => void judgeTarget(call.args.at(-1) ?? literal("-"), shell, "file", true)],
  ["convert", (call, shell) => void judgeTarget(call.args.at(-1) ?? literal("-"), shell, "file", true)],
  [
    "exiftool",
    (call, shell) =>
      call.args.some((arg) => /^-\w+[+-]?=|^-overwrite/.test(arg.text))
        ? ask(shell, "opaque", "exiftool rewrites files")
        : undefined,
  ],
];

/** Programs that look; some of them also fix what they find. */
function look(call: Call, shell: Shell): undefined {
  if (call.args.some((arg) => IN_PLACE.test(arg.text))) changeSources(call, shell);
  return undefined;
}

function readableOperands(call: Call): readonly string[] {
  return call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
}

function outputAfter(call: Call, shell: Shell, option: string): undefined {
  const at = call.args.findIndex((arg) => arg.text === option);
  const file = at < 0 ? undefined : call.args[at + 1];
  if (file !== undefined) judgeTarget(file, shell, "file");
  return undefined;
}

function changesHistory(call: Call, shell: Shell): undefined {
  if (call.args[0]?.text === "publish")
    return deny(shell, "publish", "changeset publish changes the registry");
  return ask(shell, "opaque", "changeset writes files");
}

function judgeRipgrep(call: Call, shell: Shell): Stream | undefined {
  const options = readOptions(call.args, {
    long: ["--pre", "--hostname-bin", "--preview", "--bind", "--pre-glob"],
  });
  for (const started of options.values("--pre", "--hostname-bin")) startedByOption(started.text, call, shell);
  for (const shown of options.values("--preview")) executeText(shown.text, shell, "shell");
  if (options.values("--bind").some((arg) => /execute|become|reload/.test(arg.text)))
    ask(shell, "opaque", `${call.program} starts another program`);
  return call.program === "rg" ? listMatches(call) : undefined;
}

const TEXT_PROGRAMS =
  /^(?:echo|printf|test|\[|true|false|:|type|which|command|man|help|alias|export|declare|git|basename|dirname|expr|let|read|trap|set|sh|bash|zsh|eval|node|python3?|ruby|perl|php|curl|rm|mv|cp|ln|touch|mkdir|ls|stat|find|fd|cd)$/;
const PATTERN_PROGRAMS =
  /^(?:grep|egrep|fgrep|rg|ag|ack|ugrep|zgrep|sed|gsed|awk|gawk|jq|yq|sd|tr|cut|xargs|parallel|gh|sort|vitest|jest|mocha|pytest)$/;
const READ_BY_OTHERS = /^(?:mv|cp|ln|ls|stat|find|fd|touch|mkdir|cd)$/;

/** Looks at every argument for credentials, and at every option that names an output. */
export function judgeArguments(call: Call, shell: Shell): void {
  const { program, args } = call;
  if (ASKS_NETWORK.test(program) && args.some((arg) => arg.text.includes(SECRET_HOLE)))
    deny(shell, "secrets-read", `${program} would send a credential`);
  if (program === "git") return judgeGitArguments(call, shell);
  const text = TEXT_PROGRAMS.test(program) && !READ_BY_OTHERS.test(program);
  let pattern =
    PATTERN_PROGRAMS.test(program) && !args.some((arg) => /^(?:-e|-f|--regexp|--file)/.test(arg.text));
  args.forEach((arg, at) => {
    if (arg.text.startsWith("-") || text) return judgeOption(call, at, shell);
    if (pattern) pattern = false;
    else if (!(program === "find" || program === "fd") || looksLikePlace(arg.text))
      judgePlace(arg, program, shell);
    if (/^-(?:o|-output)$/.test(args[at - 1]?.text ?? "") && OUTPUT_BY_O.test(program))
      judgeTarget(arg, shell, "file", true);
  });
}

/** Programs that look things up by asking others, and so tell them what they are given. */
const ASKS_NETWORK = /^(?:ping6?|dig|host|nslookup|whois|traceroute|tracepath|mtr|logger|telnet|nc|ncat)$/;

const OUTPUT_BY_O =
  /^(?:bat|ncu|xmllint|htmlq|mlr|glow|git-cliff|conventional-changelog|madge|depcruise|syncpack|api-extractor|shuf|hyperfine)$/;

function judgeGitArguments(call: Call, shell: Shell): void {
  for (const arg of call.args)
    if (
      /(?:^|:)(?:.*\/)?\.env(?:\.(?!example|sample|template)\w+)?$/.test(arg.text) &&
      call.args.some((each) =>
        /^(?:show|cat-file|diff|add|archive|blame|grep|-p|-u|--patch)$/.test(each.text),
      )
    )
      judgeRead(arg.text.slice(arg.text.indexOf(":") + 1), shell);
  if (call.args[0]?.text === "diff" && call.args.some((arg) => arg.text === "--no-index"))
    for (const arg of call.args) if (looksLikePlace(arg.text)) judgeRead(arg.text, shell);
}

function looksLikePlace(text: string): boolean {
  return text.startsWith("/") || text.startsWith("~") || text.includes("/.");
}

const LOOKERS = /^(?:ls|stat|find|fd|touch|mkdir|cd|tree|du|exa|eza|wc|file)$/;

function judgePlace(arg: Arg, program: string, shell: Shell): void {
  const { text } = arg;
  if (arg.glob && !LOOKERS.test(program)) judgePatternPlace(text, shell);
  if (/^[\w+.-]+:\/\//.test(text) || (/^[\w:-]+$/.test(text) && !text.startsWith("."))) return;
  if (LOOKERS.test(program) && /(?:^|\/)\.env[\w.]*$/.test(text)) return;
  const place = text.startsWith("@") ? text.slice(1) : text;
  if (LOOKERS.test(program)) judgeRead(place, shell);
  else judgeReadTree(place, shell);
  if (isOpaque(place) && /^\/proc\/[^/]*\/(?:environ|mem)/.test(place))
    deny(shell, "secrets-read", "the environment of another process would be read");
}

/** A pattern that begins with a dot, or names no dot at all, may stand for a file of credentials. */
function judgePatternPlace(text: string, shell: Shell): void {
  const cut = text.lastIndexOf("/") + 1;
  const name = secretMatching(text.slice(cut));
  if (name !== undefined) judgeRead(text.slice(0, cut) + name, shell);
}

/** Long options that name an output mean the same in every program. */
function judgeOption(call: Call, at: number, shell: Shell): void {
  const text = call.args[at]?.text ?? "";
  const written =
    /^--(?:output|output-file|outfile|out-file|out|outdir|out-dir|output-dir|output-path|outputfile|report-file|log-file|logfile|write-to|save-to|dest|destination|export-to|junit-xml|coverage-dir|coverageDirectory|cache-location|screenshot|pidfile|pid-file)(?:=(.+))?$/i.exec(
      text,
    );
  if (
    written !== null &&
    !/^(?:curl|wget|git|gh|kubectl|aws|az|gcloud|docker|podman|terraform|helm|npm|pnpm|yarn|sort|csplit|man)$/.test(
      call.program,
    )
  ) {
    const value = written[1] === undefined ? call.args[at + 1] : literal(written[1]);
    if (value !== undefined && /[/.]/.test(value.text)) judgeTree(value, shell);
  }
  const named = /^--?[\w-]+=(.*)$/.exec(text)?.[1];
  if (named !== undefined && looksLikePlace(named))
    judgeRead(named.replace(/^~(?=\/)/, shell.policy.home), shell);
}

const REACHING =
  /^(?:delete|destroy|drop|remove|rm|purge|wipe|nuke|erase|uninstall|deploy|publish|release|exec|run|eval|apply|reset|install|kill|stop|terminate|shutdown|revoke|unlink|truncate|prune|clean|format|flash|overwrite|write|upload|send|post|put|sync|restore|rollback|downgrade|force|commit|merge|rebase|sudo|sh|bash|shell|script|source|import)$/i;
const REACHING_OPTION =
  /^(?:--?(?:c|e|x|o|i|exec|eval|execute|command|cmd|call|run|script|shell|output|out|write|in-place|inplace|fix|delete|remove|force|purge|overwrite|yes|apply|install|prod|unsafe|hook|preload|require|plugin|daemon|detach|upload|post|send|init-file|rcfile|config)(?:=.*)?)$/i;

/**
 * Judges a program that is not known. Plain words and short options are let through; whatever reaches far
 * (verbs that destroy or run, outputs, other places, scripts, addresses) is asked about.
 */
export function judgeUnknown(call: Call, shell: Shell): void {
  const name = readable(call.program);
  if (call.args.some((arg) => arg.text.includes(SECRET_HOLE)))
    deny(shell, "secrets-read", `${name} would be given a credential`);
  if (shell.policy.unknownPrograms === "ask") return ask(shell, "unknown-program", `${name} is not known`);
  if (
    call.args.every((arg) => /^(?:--help|--version|-h|-V|help|version)$/.test(arg.text)) ||
    call.args.some((arg) => arg.text === "--version")
  )
    return;
  judgeNamedDeed(call, shell);
  if (call.args.some((arg) => IN_PLACE.test(arg.text))) return void changeSources(call, shell);
  const reaches = call.args.find(
    (arg, at) =>
      REACHING.test(arg.text) ||
      (REACHING_OPTION.test(arg.text) && !namesFile(call.args, at, shell)) ||
      /[\s;|&<>`(]|:\/\//.test(arg.text) ||
      isOpaque(arg.text) ||
      leaves(arg.text, shell),
  );
  const fed = call.stdin !== undefined && call.stdin.taint === "remote";
  if (reaches !== undefined || fed)
    ask(
      shell,
      "unknown-program",
      `${name} is not known, and ${readable(reaches?.text ?? "its input")} may reach far`,
    );
}

/** Whether an option is followed by a file: one to be read is free, one to be written is judged. */
function namesFile(args: readonly Arg[], at: number, shell: Shell): boolean {
  const option = args[at]?.text ?? "";
  const next = args[at + 1];
  if (next === undefined || !/^[\w@./-]*[\w-]+\.\w+$/.test(next.text)) return false;
  if (/^--?(?:o|out|output|write)$/.test(option)) {
    judgeTree(next, shell);
    return true;
  }
  return /^--?(?:i|c|config|require|script|source)$/.test(option);
}

const IN_PLACE =
  /^--?(?:fix|write|in-?place|autofix|auto-?correct(?:-all)?|update-all|apply-fixes|fix-all)(?:=true)?$/;

/** Some words say what any program would do. */
function judgeNamedDeed(call: Call, shell: Shell): void {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).slice(0, 2);
  for (const { text } of words) {
    if (/^(?:publish|deploy|release)$/.test(text))
      deny(shell, "publish", `${readable(call.program)} ${text}`);
  }
}

function leaves(text: string, shell: Shell): boolean {
  if (!/^(?:\/|~|\.\.)|\/\.\./.test(text)) return false;
  const path = absolute(text, shell);
  return path === undefined || below(shell.policy.root, path) === undefined;
}
