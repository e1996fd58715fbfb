import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An issue in the file of a fake tracker. */
export type FakeIssue = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: "open" | "closed";
  readonly comments: readonly string[];
};

/** A program that answers as `gh api` or `glab api` do, from a file. It is the one mock of a tracker. */
export type FakeTracker = {
  /** Put it first into PATH. */
  readonly bin: string;
  readonly issues: () => readonly FakeIssue[];
  readonly seed: (issues: readonly FakeIssue[]) => void;
  /** The argument lists of all calls so far. */
  readonly calls: () => readonly (readonly string[])[];
  /** From now on each call fails with this text; `undefined` mends it. */
  readonly breakWith: (text: string | undefined) => void;
};

/** Makes a fake tracker below `folder`, which is created. */
export function makeFakeTracker(folder: string, program: "gh" | "glab"): FakeTracker {
  const bin = join(folder, "bin");
  const files = {
    issues: join(folder, "issues.json"),
    calls: join(folder, "calls.ndjson"),
    broken: join(folder, "broken"),
  };
  mkdirSync(bin, { recursive: true });
  writeFileSync(files.issues, "[]");
  const script = `#!${process.execPath}\n${source(files, program === "glab")}`;
  writeFileSync(join(bin, program), script);
  chmodSync(join(bin, program), 0o755);
  return {
    bin,
    issues: () => JSON.parse(readFileSync(files.issues, "utf8")),
    seed: (issues) => writeFileSync(files.issues, JSON.stringify(issues)),
    calls: () => linesOf(files.calls).map((line) => JSON.parse(line)),
    breakWith: (text) =>
      text === undefined ? rmSync(files.broken, { force: true }) : writeFileSync(files.broken, text),
  };
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** Old CommonJS, since the file has no extension and no package. */
function source(files: Readonly<Record<string, string>>, lab: boolean): string {
  return `const fs = require("node:fs");
const files = ${JSON.stringify(files)}, lab = ${String(lab)};
const args = process.argv.slice(2);
fs.appendFileSync(files.calls, JSON.stringify(args) + "\\n");
if (fs.existsSync(files.broken)) {
  process.stderr.write(fs.readFileSync(files.broken, "utf8"));
  process.exit(1);
}
const after = (flag) => args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;
const method = after("--method"), [path, query = ""] = args.at(-1).split("?");
const [, number, list] = /\\/issues(?:\\/(\\d+)(?:\\/(comments|notes))?)?$/.exec(path) ?? process.exit(1);
const body = after("--input") === "-" ? JSON.parse(fs.readFileSync(0, "utf8")) : {};
const all = JSON.parse(fs.readFileSync(files.issues, "utf8"));
const one = all.find((each) => each.number === Number(number));
const web = (n) => "https://tracker.invalid/issues/" + n;
const shown = ({ number: n, title, body: text, state }) =>
  lab ? { iid: n, web_url: web(n), title, description: text, state: state === "open" ? "opened" : state }
      : { number: n, html_url: web(n), title, body: text, state };
const wanted = new URLSearchParams(query);
const page = (items) => {
  const size = Number(wanted.get("per_page")), from = (Number(wanted.get("page")) - 1) * size;
  return items.slice(from, from + size);
};
const save = () => fs.writeFileSync(files.issues, JSON.stringify(all));
let answer;
if (number !== undefined && one === undefined) { process.stderr.write("HTTP 404"); process.exit(1); }
if (list !== undefined && method === "GET") answer = page(one.comments.map((text) => ({ body: text })));
else if (list !== undefined) { one.comments.push(body.body); save(); answer = { body: body.body }; }
else if (one !== undefined && method === "GET") answer = shown(one);
else if (one !== undefined) {
  if (body.state === "closed" || body.state_event === "close") one.state = "closed";
  save(); answer = shown(one);
}
else if (method === "GET") answer = page(all.filter((each) => each.state === "open" && each.labels.includes(wanted.get("labels")))).map(shown);
else {
  const labels = lab ? body.labels.split(",") : body.labels;
  const issue = { number: 1 + Math.max(0, ...all.map((each) => each.number)), title: body.title, body: lab ? body.description : body.body, labels, state: "open", comments: [] };
  all.push(issue); save(); answer = shown(issue);
}
process.stdout.write(JSON.stringify(answer));
`;
}
