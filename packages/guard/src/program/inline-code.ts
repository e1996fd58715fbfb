import { isOpaque, literal } from "../shell/arg.ts";
import { ask, deny, type Shell } from "../shell/shell.ts";
import { withPlainNames } from "./code-name.ts";
import { judgeNamedTargets } from "./code-target.ts";
import type { Language } from "./execute.ts";
import { judgeDelete } from "./delete-access.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";

const TEXT = String.raw`(?:[rbuf]{0,2})(["'\x60])((?:\\.|(?!\1)[^\\]){0,4000})\1`;
const after = (names: string): RegExp => new RegExp(String.raw`(?:${names})\s*\(?\s*\[?\s*${TEXT}`, "g");

const EXECUTORS = after(
  String.raw`os\.system|os\.popen|subprocess\.\w+|commands\.getoutput|pty\.spawn|exec(?:Sync|File|FileSync|a|a\x60)?|spawn(?:Sync)?|fork|\bsystem|\bpopen|shell_exec|passthru|proc_open|\bqx|%x|IO\.popen|Open3\.\w+|os\.execute|io\.popen|Deno\.Command|Deno\.run|Bun\.spawn(?:Sync)?|do shell script|os\.(?:exec|spawn)\w*|Process\.spawn|Kernel\.\w+|\$\x60?|\bsh`,
);
const DELETERS = after(
  String.raw`(?:rmSync|rm|rmdirSync|rmdir|unlinkSync|unlink|rmtree|remove|removedirs|removeSync|emptyDirSync|rimraf(?:\.sync)?|rm_rf|rm_r|rm_f|remove_entry|remove_dir|delete|deltree|remove_tree|trash|del|Dir\.unlink|truncateSync|truncate)`,
);
const DELETES =
  /\b(?:rmSync|rmdirSync|unlinkSync|fs(?:\.promises|\/promises)?\.(?:rm|rmdir|unlink)|rmtree|removedirs|os\.(?:remove|unlink|rmdir)|rimraf|emptyDirSync|removeSync|FileUtils\.(?:rm|remove)\w*|File\.(?:delete|unlink)|Dir\.(?:rmdir|delete|unlink)|remove_tree|deltree|Deno\.remove(?:Sync)?|\.rglob\([^)]*\)[^\n]*unlink|\)?\.(?:rm|rmdir|unlink)(?:Sync)?\s?\(|unlink\s+(?:glob|<|\$|@)|shutil\.move|\.unlink\(|\.rmdir\()|["'](?:unlink|rmdir)["']/;
/** What deleting is called in languages that are not judged closer. */
const DELETES_ELSEWHERE =
  /\b(?:delete-(?:directory|file)[\w-]*|file delete|Remove-Item|deleteDir|delete_recursively|deleteRecursively|Files\.delete\w*|File\.rm\w*|os\.remove|rmdir|removeDirectory\w*|removeFile|removePathForcibly|delete (?:file|folder|every|disk)|remove_dir_all|remove_file|RemoveAll)\b|\.delete\(\)|\brm\(\s*["']/;
const RECURSIVE =
  /recursive\s*:\s*(?:true|1|!0)|rmtree|rimraf|rm_r|remove_tree|removedirs|emptyDir|deltree|remove_dir|remove_entry|rglob|removeSync|fs\.remove/;
const WRITERS = after(
  String.raw`(?:writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream|outputFile(?:Sync)?|writeJson(?:Sync)?|mkdirSync|mkdir|mkdirp|makedirs|File\.(?:write|binwrite)|IO\.write|file_put_contents|Deno\.write\w+|Bun\.write|touch|chmodSync|chmod|chownSync|symlinkSync|linkSync|truncate(?:Sync)?|FileUtils\.(?:touch|mkdir\w*|chmod\w*))`,
);
const OPENED = new RegExp(
  String.raw`\b(?:open|File\.(?:open|new)|fopen|io\.open|openSync|codecs\.open)\s*\(?\s*(?:[A-Z_]+\s*,\s*)?${TEXT}\s*,\s*(?:mode\s*=\s*)?(["'])([^"']{1,6})\3`,
  "g",
);
const PERL_OPENED =
  /\bopen\s*\(?\s*(?:my\s+)?[$\w]+\s*,\s*(["'])\s*(\+?>{1,2}|\|)\s*([^"']*)\1(?:\s*,\s*(["'])([^"']*)\4)?/g;
const PATH_WRITES = new RegExp(
  String.raw`Path\(\s*${TEXT}\s*\)[\w.()]*\.(?:write_text|write_bytes|touch|mkdir|rename|replace|chmod|symlink_to)\b`,
  "g",
);
const PAIRS = new RegExp(
  String.raw`(?:\bos\.replace|(?<![.\w])replace|\b(?:renameSync|rename|copyFileSync|copyFile|cpSync|cp|copy|copy2|copyfile|copytree|move|mv|FileUtils\.(?:cp|mv)\w*|symlinkSync|symlink|os\.link|linkSync))\s*\(?\s*${TEXT}\s*,\s*${TEXT.replaceAll(String.raw`\1`, String.raw`\3`)}`,
  "g",
);
const HIDDEN_EXECUTION =
  /\b(?:eval|exec|Function|compile|__import__|importlib|instance_eval|class_eval|runInThisContext|runInNewContext|loadstring|assert)\s*\(\s*(?!["'`][^"'`]*["'`]\s*\))|\b(?:atob|b64decode|unhexlify|fromCharCode|decodebytes|base64_decode|unpack)\b|Buffer\.from\([^)]*(?:base64|hex)|codecs\.decode|\.fromhex\(/;
const DECODES =
  /\b(?:atob|b64decode|unhexlify|fromCharCode|decodebytes|base64_decode|unpack|pack\s*\(?\s*["']|fromhex|Base64\.decode\w*|rot13)\b|Buffer\.from\([^)]*(?:base64|hex)|codecs\.decode/;
const STARTS_PROGRAMS =
  /child_process|subprocess|os\.system|os\.popen|\bpty\b|os\.exec|shell_exec|proc_open|passthru|Deno\.(?:Command|run)|Bun\.spawn|Open3|\bsystem\b\s*[("']|IO\.popen|\bspawn(?:Sync)?\(|\bexec(?:Sync|File)?\(|do shell script|`/;
const FETCHES =
  /\b(?:urlopen|requests\.(?:get|post)|urlretrieve|https?\.(?:get|request)|fetch|Net::HTTP|URI\.open|file_get_contents\(\s*["']https?:|LWP|open-uri|axios)\b|require\(["'](?:node:)?https?["']\)/;
const KILLS = /\b(?:os\.kill|process\.kill|Process\.kill|killpg|posix\.kill|ctypes|process\.binding)\b/;
const ENVIRONMENT = /\b(?:process\.env|os\.environ|ENV|%ENV|getenv|\$_ENV)\b/;

/** Judges code of another language by its literal texts: what it deletes, writes, starts, reads and sends. */
export function judgeCode(source: string, shell: Shell, language: Language): void {
  const code = withPlainNames(
    source
      .replaceAll(/[ \t]+/g, " ")
      .replaceAll(/\n\s*/g, "\n")
      .replaceAll(/(["'])\s?\+\s?\1/g, ""),
  );
  const start = shell.trace.findings.length;
  judgeStarted(code, shell, language);
  judgeEvaluated(code, shell, language);
  judgeDeletes(code, shell, language);
  judgeWrites(code, shell);
  for (const [, , text] of code.matchAll(new RegExp(TEXT, "g"))) judgeLiteral(text ?? "", shell);
  if (KILLS.test(code)) deny(shell, "system-destroy", "the code stops processes or enters the runtime");
  if (FETCHES.test(code) && (HIDDEN_EXECUTION.test(code) || /\b(?:exec|eval|system)\b/.test(code)))
    deny(shell, "remote-exec", "the code executes text from the network");
  if (
    /\bsocket\b|TCPSocket|net\.(?:connect|createConnection|Socket)|fsockopen|IO::Socket/.test(code) &&
    /subprocess|dup2|\bexec|spawn|system|pty/.test(code)
  )
    deny(shell, "remote-exec", "a network connection would run a program");
  if (FETCHES.test(code) && ENVIRONMENT.test(code))
    deny(shell, "secrets-read", "the code sends its environment");
  if (DECODES.test(code) && /\b(?:exec|eval|system|Function|spawn\w*|run|compile)\b/.test(code))
    deny(shell, "obfuscated", "the code executes decoded text");
  if (language === "other" && !isPlain(code))
    ask(shell, "opaque", "what code of this language does is not judged");
  if (HIDDEN_EXECUTION.test(code) && shell.trace.findings.length === start)
    ask(shell, "opaque", "the code executes or decodes text that is not visible");
}

const EVALUATED = after(String.raw`\b(?:exec|eval|Function|instance_eval|class_eval)`);

/** Code that is evaluated from a literal text is code of the same language. */
function judgeEvaluated(code: string, shell: Shell, language: Language): void {
  if (shell.depth > 4) return;
  for (const [, , text] of code.matchAll(EVALUATED))
    if (/[.(]/.test(text ?? ""))
      judgeCode(unescaped(text ?? ""), { ...shell, depth: shell.depth + 1 }, language);
}

function judgeStarted(code: string, shell: Shell, language: Language): void {
  let visible = 0;
  for (const match of code.matchAll(EXECUTORS)) {
    const list = listOfTexts(code.slice(match.index), /^os\.(?:exec|spawn)/.test(match[0]));
    if (/^(?:exec|test|match|RegExp)$/.test(match[2] ?? "")) continue;
    visible += 1;
    const command = list ?? unescaped(match[2] ?? "");
    if (command.includes("${") || command.includes("#{"))
      ask(shell, "opaque", "the code starts a program that is not visible");
    shell.run(command.replaceAll(/[$#]\{[^}]*\}/g, "\u0000"), shell);
  }
  if (language === "ruby" || language === "perl" || language === "php") {
    for (const [, text] of code.matchAll(/(?:`|qx\s*[{(/|!]|%x\s*[{(/|!])([^`})/|!]*)[`})/|!]/g)) {
      visible += 1;
      shell.run(text ?? "", shell);
    }
  }
  if (language === "other")
    for (const [, command] of code.matchAll(/(?:^|[;{[\n]\s?)(?:spawn|exec) ([^;\n\]}]+)/g)) {
      visible += 1;
      shell.run(command ?? "", shell);
    }
  if (visible === 0 && STARTS_PROGRAMS.test(withoutTexts(code, language)))
    ask(shell, "opaque", "the code starts programs that are not visible");
}

/** The words of `["git", "push"]` or of `"git", ["push"]`, joined as a command. */
function listOfTexts(code: string, named: boolean): string | undefined {
  const call =
    /^[^(]*\(?\s*(\[?\s*(?:["'][^"']*["']\s*,\s*(?:\{\s*args\s*:\s*)?\[?\s*)+["'][^"']*["']\s*\]?)/.exec(
      code.slice(0, 2000),
    );
  if (call === null) return undefined;
  const texts = [...(call[1] ?? "").matchAll(/(["'])([^"']*)\1/g)].map((each) => each[2] ?? "");
  const words = texts.filter((text) => text !== "utf8" && text !== "utf-8");
  const argv = named && words[0] === words[1] ? words.slice(1) : words;
  return argv.length < 2 ? undefined : argv.map((word) => `'${word.replaceAll("'", "")}'`).join(" ");
}

function judgeDeletes(code: string, shell: Shell, language: Language): void {
  if (language === "other" && DELETES_ELSEWHERE.test(code))
    return deny(shell, "rm-recursive", "the code deletes files");
  if (!DELETES.test(code) && !/\b(?:unlink|rmdir|rmtree|rm_rf?)\b/.test(withoutTexts(code, "other"))) return;
  const recursive = RECURSIVE.test(code);
  let visible = 0;
  for (const [, , text] of code.matchAll(DELETERS)) {
    visible += 1;
    judgeDelete(literal(unescaped(text ?? "")), shell, recursive);
  }
  for (const [, , text] of code.matchAll(
    new RegExp(String.raw`Path\(\s*${TEXT}\s*\)\.(?:unlink|rmdir)`, "g"),
  )) {
    visible += 1;
    judgeDelete(literal(text ?? ""), shell, false);
  }
  for (const [, , text] of code.matchAll(new RegExp(String.raw`\bunlink\s+${TEXT}`, "g"))) {
    visible += 1;
    judgeDelete(literal(text ?? ""), shell, false);
  }
  if (visible === 0) deny(shell, "rm-recursive", "the code deletes files that are not visible");
}

function judgeWrites(code: string, shell: Shell): void {
  for (const match of code.matchAll(WRITERS))
    judgeTarget(
      literal(unescaped(match[2] ?? "")),
      shell,
      /^mkdir|makedirs/.test(match[0]) ? "folder" : "entry",
    );
  if (/\binplace\s*=\s*(?:True|1)\b/.test(code))
    for (const [, , text] of code.matchAll(after(String.raw`fileinput\.\w+`)))
      judgeTarget(literal(text ?? ""), shell, "file");
  for (const match of code.matchAll(OPENED)) {
    if (/[wax+]/.test(match[4] ?? "")) judgeTarget(literal(unescaped(match[2] ?? "")), shell, "file");
  }
  for (const match of code.matchAll(PERL_OPENED)) {
    const target = (match[3] ?? "").trim() || (match[5] ?? "");
    if (match[2] === "|") shell.run(target, shell);
    else judgeTarget(literal(target), shell, "file");
  }
  for (const [, , text] of code.matchAll(PATH_WRITES)) judgeTarget(literal(text ?? ""), shell, "entry");
  judgeNamedTargets(code, shell);
  for (const match of code.matchAll(PAIRS)) {
    judgeTarget(literal(unescaped(match[4] ?? "")), shell, "entry");
    if (/^\W*(?:rename|move|mv|(?:os\.)?replace|FileUtils\.mv)/.test(match[0]))
      judgeTree(literal(unescaped(match[2] ?? "")), shell);
  }
}

/** Whether code of an unjudged language only prints and formats. */
function isPlain(code: string): boolean {
  const called = [...code.matchAll(/([\w.:-]+)\s?\(|\(\s?([\w-]+)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  return (
    called.every((name) =>
      /^(?:|print\w*|puts|println|cat|format|io\.write|string\.\w+|tostring|tonumber|len|c|paste0?|sum|mean|max|min|length|seq|message|princ|display|math\.\w+|disp|io:format|halt|os\.(?:time|date|clock)|IO\.puts|Enum\.\w+|String\.\w+|[\d.+*/-]+)$/.test(
        name,
      ),
    ) && !/spawn|exec|delete|remove|do shell|system|[`|]/.test(code)
  );
}

function judgeLiteral(text: string, shell: Shell): void {
  if (text.length > 400 || isOpaque(text) || /\s/.test(text)) return;
  if (text.startsWith("/.")) judgeRead(shell.policy.home + text, shell);
  if (/^(?:~|\.|\/|[\w.-]+\/)|^\.env|^id_/.test(text))
    judgeRead(text.replace(/^~(?=\/)/, shell.policy.home), shell);
}

function withoutTexts(code: string, language: Language): string {
  const bare = code.replaceAll(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, (text) =>
    /child_process|subprocess/.test(text) ? text : '""',
  );
  return language === "node" || language === "shell" ? bare.replaceAll(/`[^`]*`/g, '""') : bare;
}

function unescaped(text: string): string {
  return text
    .replaceAll(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\(["'`\\])/g, "$1");
}
