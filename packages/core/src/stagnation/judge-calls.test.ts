import { describe, expect, it } from "vitest";
import { readCallStream } from "./call-stream.ts";
import { intentOfHostCall } from "./host-tool.ts";
import { judgeCalls } from "./judge-calls.ts";
import { readingCommand } from "./reading-command.ts";
import { scoreJudgements } from "./score-judgements.ts";

type Written = Readonly<Record<string, unknown>>;

const judge = (calls: readonly Written[]): string => {
  const stream = readCallStream(JSON.stringify({ id: "s", calls }));
  if (!stream.ok) throw new Error(`Reading a stream: ${stream.failure}`);
  const { verdict, pattern, at } = judgeCalls(stream.value);
  return verdict === "ok" ? "ok" : `${pattern} at ${at}`;
};
const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe("a call of any host", () => {
  it.each([
    ["Read", { file_path: "a.ts" }, { kind: "read", paths: ["a.ts"] }],
    ["read_file", { absolute_path: "/w/a.ts", offset: 3 }, { kind: "read", paths: ["/w/a.ts"] }],
    ["view", { path: "a.ts", view_range: [1, 2] }, { kind: "read", paths: ["a.ts"] }],
    ["str_replace_editor", { command: "view", path: "a.ts" }, { kind: "read", paths: ["a.ts"] }],
    [
      "str_replace_editor",
      { command: "str_replace", path: "a.ts", old_str: "a" },
      { kind: "write", paths: ["a.ts"] },
    ],
    ["replace", { file_path: "a.ts", old_string: "a", new_string: "b" }, { kind: "write", paths: ["a.ts"] }],
    ["MultiEdit", { file_path: "a.ts", edits: [{ old_string: "a" }] }, { kind: "write", paths: ["a.ts"] }],
    [
      "apply_patch",
      "*** Begin Patch\n*** Update File: a.ts\n-a\n+b\n*** End Patch",
      { kind: "write", paths: ["a.ts"] },
    ],
    ["functions.exec_command", { cmd: "npm test" }, { kind: "exec", paths: [], command: "npm test" }],
    ["shell", { command: ["bash", "-lc", "npm test"] }, { kind: "exec", paths: [], command: "npm test" }],
    ["shell", '{"command":["ls","-l"]}', { kind: "exec", paths: [], command: "ls -l" }],
    ["run_shell_command", { command: "ls", description: "list" }, { kind: "exec", paths: [], command: "ls" }],
    ["search_file_content", { pattern: "x", dir_path: "src" }, { kind: "read", paths: ["src"] }],
    ["mcp__files__edit_text", { path: "a.ts" }, { kind: "write", paths: ["a.ts"] }],
    ["BashOutput", { bash_id: "1" }, { kind: "other", paths: [] }],
    ["Frobnicate", 7, { kind: "other", paths: [] }],
  ])("%s %j is understood as %j", (tool, args, expected) => {
    const { input: _, ...intent } = intentOfHostCall({ call: "1", tool, args });
    expect(intent).toEqual({ call: "1", tool, ...expected });
  });
});

describe("a command that only shows something", () => {
  it.each([
    ["sed -n '1,80p' src/a.ts", { path: "src/a.ts", start: 1 }],
    ["nl -ba src/a.ts | sed -n '81,160p'", { path: "src/a.ts", start: 81 }],
    ["cd /w && head -n 20 a.ts", { path: "a.ts", start: 1 }],
    ["tail -n +40 a.ts", { path: "a.ts", start: 40 }],
  ])("%s shows a part", (command, part) => {
    expect(readingCommand(command)?.part).toMatchObject(part);
  });

  it.each(["git status", "cat a | grep b", "ls 2>/dev/null", "find . -name x"])(
    "%s shows no part",
    (command) => {
      expect(readingCommand(command)).toEqual({});
    },
  );

  it.each([
    "npm test",
    "cat a > b",
    "sed -i s/a/b/ a.ts",
    "sed -n -i p a.ts",
    "git checkout a.ts",
    "find . -delete",
    "ls; rm a",
    "echo $(rm a)",
    "",
  ])("%s is none", (command) => {
    expect(readingCommand(command)).toBeUndefined();
  });
});

const page = (n: number): Written => ({
  tool: "read_file",
  args: { path: "src/a.ts", start_line: n * 100, end_line: n * 100 + 99 },
  result: `part ${n}`,
});

describe("a recorded stream", () => {
  it.each<readonly [string, string, readonly Written[]]>([
    ["three parts of a file and no edit", "pagination-spiral at 3", times(4, page)],
    [
      "three parts of a file by a shell",
      "pagination-spiral at 3",
      times(3, (n) => ({ tool: "shell", args: { cmd: `sed -n '${n},${n + 9}p' a.ts` }, result: `${n}` })),
    ],
    ["parts before an edit", "ok", [...times(4, page), { tool: "edit_file", args: { path: "./src/a.ts" } }]],
    [
      "parts between edits of other files",
      "ok",
      times(4, (n) => [page(n), { tool: "Write", args: { path: `b${n}.ts`, content: `${n}` } }]).flat(),
    ],
    [
      "the same call without results",
      "turn-key-repetition at 3",
      times(3, (n) => ({ tool: "Bash", args: { command: "npm run x", description: `try ${n}` } })),
    ],
    [
      "the same call with other results",
      "ok",
      times(6, (n) => ({ tool: "Bash", args: { command: "npm run x" }, result: `${n} of 9` })),
    ],
    [
      "results that only differ in time",
      "turn-key-repetition at 3",
      times(3, (n) => ({
        tool: "Bash",
        args: { command: "npm run x" },
        result: `done at 10:00:0${n} in ${n}.5s`,
      })),
    ],
    [
      "one error under changing commands",
      "error-echo at 3",
      ["npm test", "npm run test", "npx vitest"].map((command) => ({
        tool: "Bash",
        args: { command },
        error: "Error: Cannot find module 'left'",
        exit: 1,
      })),
    ],
    [
      "looks between equal errors",
      "error-echo at 5",
      times(5, (n) =>
        n % 2 === 0
          ? { tool: "Bash", args: { command: "node a.js" }, error: "TypeError: x is no function", exit: 1 }
          : { tool: "Bash", args: { command: `ls ${n}` }, result: `${n}`, exit: 0 },
      ),
    ],
    [
      "searches that find nothing",
      "ok",
      times(6, (n) => ({ tool: "Bash", args: { command: `grep -rn x${n} src` }, result: "", exit: 1 })),
    ],
    [
      "content that swings",
      "edit-revert at 4",
      times(6, (n) => ({
        tool: "Edit",
        args: { file_path: "a.ts", old_string: `${n}`, new_string: `${n + 1}` },
        changed: [{ path: "a.ts", hash: `h${n % 2}` }],
      })),
    ],
    [
      "one idea taken back",
      "ok",
      ["h1", "h2", "h1", "h3"].map((hash, n) => ({
        tool: "Edit",
        args: { file_path: "a.ts", old_string: `${n}`, new_string: `${n + 1}` },
        changed: [{ path: "a.ts", hash }],
      })),
    ],
    [
      "polls of a state that is told by name",
      "ok",
      times(7, () => ({ tool: "Bash", args: { command: "curl -s x" }, result: '{"state":"rebuilding"}' })),
    ],
    [
      "looks at the end of a log",
      "ok",
      times(7, () => ({ tool: "Bash", args: { command: "tail -n 5 build.log" }, result: "step 3" })),
    ],
    ["pages of a list", "ok", times(5, (n) => ({ tool: "list_issues", args: { page: n }, result: `${n}` }))],
    ["steps of a debugger", "ok", times(6, () => ({ tool: "step_over", args: {}, result: "" }))],
    [
      "tries until a server answers",
      "ok",
      [
        ...times(4, () => ({
          tool: "Bash",
          args: { command: "curl x" },
          error: "Connection refused",
          exit: 7,
        })),
        { tool: "Bash", args: { command: "curl x" }, result: "ok" },
      ],
    ],
    [
      "an edit of a host that tells no texts",
      "turn-key-repetition at 3",
      times(3, () => ({ tool: "edit_file", args: { target_file: "a.ts", code_edit: "// x" }, result: "ok" })),
    ],
    [
      "polls of a state that does not change",
      "ok",
      times(7, () => ({ tool: "Bash", args: { command: "gh pr checks 7" }, result: "build\tpending" })),
    ],
  ])("of %s is told apart: %s", (_title, verdict, calls) => {
    expect(judge(calls)).toBe(verdict);
  });

  it("is refused with a reason where it is none", () => {
    const told = ["{", "7", "{}", '{"id":1}', '{"id":1,"calls":[{}]}', '{"id":1,"calls":[],"expect":"x"}'];
    expect(told.map((line) => readCallStream(line))).toMatchObject([
      { failure: "it is not JSON" },
      { failure: "it is no object" },
      { failure: "it has no `id`" },
      { failure: "`calls` is no list" },
      { failure: "call 1: it has no `tool`" },
      { failure: "`expect` is neither `stuck` nor `ok`" },
    ]);
  });
});

describe("the score of judged streams", () => {
  it("counts rights, wrongs and late ones, with intervals", () => {
    const judged = [
      { judgement: { id: "a", verdict: "stuck", at: 6 }, expect: { verdict: "stuck", at: 3 } },
      { judgement: { id: "b", verdict: "ok", at: null }, expect: { verdict: "stuck" } },
      { judgement: { id: "c", verdict: "stuck", at: 3 }, expect: { verdict: "ok" } },
      { judgement: { id: "d", verdict: "ok", at: null }, expect: undefined },
    ] as const;
    expect(scoreJudgements(judged)).toMatchObject({
      streams: 4,
      expected: 3,
      missed: ["b"],
      false: ["c"],
      late: ["a"],
      precision: { share: 0.5, low: 0.0945, high: 0.9055, of: 2 },
      recall: { share: 0.5, of: 2 },
    });
  });

  it("is not measured where nothing was expected", () => {
    expect(scoreJudgements([])).toMatchObject({ precision: null, recall: null });
  });
});
