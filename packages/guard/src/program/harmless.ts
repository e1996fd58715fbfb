import { literal } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { changeSources, IN_PLACE } from "./formatter.ts";
import { executeText, startedByOption } from "./execute.ts";
import { judgeTarget } from "./write-access.ts";
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
