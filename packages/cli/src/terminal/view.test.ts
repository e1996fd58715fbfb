import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleBoard, sampleQuestion, sampleRow, sampleScreen } from "./sample-screen.ts";
import { actionOfKey, KEY_MAP } from "./key-map.ts";
import { traitsOf } from "./terminal-trait.ts";
import { displayWidth } from "./text-width.ts";
import { view, type Screen } from "./view.ts";

const plain = { color: false, ascii: false, height: 60 };
const shown = (screen: Screen, width: number, options = plain): string =>
  view(screen, width, options).join("\n");
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
const bare = (line: string): string => line.replaceAll(/\u001b\[(?:0|1|2|3[1-6])m/gu, "");

describe("view", () => {
  it.each([120, 80, 60, 40, 30])("shows a running session at %i columns", (width) => {
    expect(shown(sampleScreen, width)).toMatchSnapshot();
  });

  it("uses only ASCII where the terminal has nothing else", () => {
    const text = shown(sampleScreen, 80, { ...plain, ascii: true });
    expect(text).toMatchSnapshot();
    expect(text).toMatch(/^[\x20-\x7e\n]*$/u);
  });

  it("adds colours and nothing else with colour", () => {
    for (const width of [120, 80, 60, 40, 30]) {
      const colored = view(sampleScreen, width, { ...plain, color: true });
      expect(colored.some((line) => line.includes("\u001b["))).toBe(true);
      expect(colored.map((line) => bare(line).trimEnd())).toEqual(view(sampleScreen, width, plain));
    }
  });

  it("puts what waits for a person first, at every width that has room for it", () => {
    for (const width of [120, 80, 60, 40]) {
      const lines = view(sampleScreen, width, plain);
      const needs = lines.findIndex((line) => line.includes("NEEDS YOU (1)"));
      expect(needs).toBe(3);
      expect(lines.findIndex((line) => line.includes("TASK"))).toBeGreaterThan(needs);
      expect(lines.join("\n")).toContain("breakwater answer d1 yes");
    }
  });

  it("never folds trouble, and says what it folds when the terminal is low", () => {
    const rows = [
      ...Array.from({ length: 30 }, (_, i) => sampleRow(`W${i}`, { state: "working", attempt: 1 })),
      sampleRow("F1", { state: "failed", attempt: 1 }),
    ];
    const text = shown({ ...sampleScreen, board: { ...sampleBoard, rows } }, 80, { ...plain, height: 24 });
    expect(text.split("\n").length).toBeLessThanOrEqual(24);
    expect(text).toMatch(/✗ F1/u);
    expect(text).toMatch(/… \d+ more at work/u);
    expect(text).toContain("NEEDS YOU");
  });

  it("keeps the question and says what is missing in a terminal of ten lines", () => {
    expect(shown(sampleScreen, 80, { ...plain, height: 10 })).toMatchSnapshot();
  });

  it("shows a session that waits for approval, and none at all", () => {
    const empty = { ...sampleBoard, rows: [], waves: [], gates: [], status: "none" } as const;
    const { session: _session, ...none } = empty;
    expect(shown({ board: none, attention: [], now: 0 }, 80)).toContain("no session");
    const approval = {
      kind: "approval",
      id: "approval",
      text: "the plan is not approved",
      options: [],
      commands: ["breakwater go --approve 9c1e"],
    } as const;
    expect(
      shown({ board: { ...sampleBoard, status: "awaiting approval" }, attention: [approval], now: 0 }, 80),
    ).toContain("run breakwater go --approve 9c1e");
  });

  it("fits every line into every width and height, whatever the agents say", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        "日本語のタイトルです、とても長い",
        "e\u0301\u0301\u0301 combining",
        "👩‍👩‍👧‍👦 family 🇩🇪",
        "\u001b]8;;http://e\u0007x\u001b]8;;\u0007",
        "a\nb\rc\u001b[2J",
        "\u202edesrever",
      ),
    );
    const size = fc.record({
      width: fc.integer({ min: 1, max: 140 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(text, text, size, fc.boolean(), (title, doing, { width, height }, ascii) => {
        const row = sampleRow("T1", { title, doing, agent: title, state: "working", attempt: 1 });
        const item = { ...sampleQuestion, text: doing };
        const waves = [{ number: 1, name: title, state: "done", repair: false }] as const;
        const board = { ...sampleBoard, rows: [row], waves };
        const lines = view({ board, attention: [item], now: 0 }, width, { color: true, ascii, height });
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) {
          const seen = bare(line);
          expect(displayWidth(seen)).toBeLessThanOrEqual(width);
          expect(seen).not.toMatch(UNWANTED);
          expect(ascii ? seen : "").toMatch(/^[\x20-\x7e]*$/u);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("keeps its columns in line next to wide characters and wide marks", () => {
    const rows = [
      sampleRow("T1", { state: "working", attempt: 1, title: "日本語" }),
      sampleRow("T2", { state: "tripped", attempt: 1, title: "plain" }),
    ];
    const lines = view({ ...sampleScreen, board: { ...sampleBoard, rows } }, 80, plain).filter((line) =>
      line.includes("/25"),
    );
    const [one, two] = lines.map((line) => displayWidth(line.slice(0, line.indexOf("/25"))));
    expect(lines).toHaveLength(2);
    expect(one).toBe(two);
  });
});

describe("key map", () => {
  it("gives each key one action and finds it by the name of the key event", () => {
    const keys = KEY_MAP.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const known = ["q", "p", "3", "z"].map(actionOfKey);
    expect(known).toEqual(["detach", "pause", "answer", undefined]);
  });
});

describe("traitsOf", () => {
  const utf8 = { LANG: "en_US.UTF-8" };
  it.each([
    ["a terminal", { ...utf8, TERM: "xterm" }, true, { color: true, ascii: false }],
    ["a pipe", utf8, false, { color: false, ascii: false }],
    ["NO_COLOR", { ...utf8, NO_COLOR: "1", FORCE_COLOR: "1" }, true, { color: false, ascii: false }],
    ["an empty NO_COLOR", { ...utf8, NO_COLOR: "" }, true, { color: true, ascii: false }],
    ["FORCE_COLOR in a pipe", { ...utf8, FORCE_COLOR: "1" }, false, { color: true, ascii: false }],
    ["a dumb terminal", { ...utf8, TERM: "dumb" }, true, { color: false, ascii: false }],
    ["the C locale", { LANG: "C" }, true, { color: true, ascii: true }],
    ["LC_ALL over LANG", { ...utf8, LC_ALL: "POSIX" }, true, { color: true, ascii: true }],
  ])("reads %s", (_name, environment, isTerminal, traits) => {
    expect(traitsOf(environment, isTerminal)).toEqual(traits);
  });
});
