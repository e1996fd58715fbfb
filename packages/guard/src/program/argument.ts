import { type Arg, isOpaque, literal, SECRET_HOLE } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { secretMatching } from "../tool/secret-path.ts";
import { judgeRead, judgeReadTree } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";

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
