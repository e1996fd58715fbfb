import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { edit, friction, look, read, shell, streamOf, times, told } from "./stream.test-support.ts";
import type { StreamEvent } from "./stream-event.ts";
import { STAGNATION_LEVELS } from "./rules.ts";
import { watchStagnation } from "./watch-stagnation.ts";

const name = fc.constantFrom("a", "b", "c", "../x", "/abs", "");
const words = fc.oneof(name, fc.string({ maxLength: 40, unit: "binary" }));
const intent = fc.record(
  {
    call: name,
    tool: fc.constantFrom("Read", "Edit", "Bash", "TodoWrite"),
    kind: fc.constantFrom("read", "write", "delete", "exec", "other", "nonsense"),
    paths: fc.array(words, { maxLength: 3 }),
    command: words,
    input: fc.dictionary(
      fc.constantFrom("offset", "limit", "content", "x", "__proto__"),
      fc.jsonValue(),
    ) as fc.Arbitrary<Record<string, unknown>>,
  },
  { requiredKeys: ["call", "tool", "kind", "paths"] },
);
const event: fc.Arbitrary<StreamEvent> = fc.oneof(
  fc.record({ kind: fc.constant("tool-intent" as const), intent }),
  fc.record({ kind: fc.constant("tool-result" as const), call: name, ok: fc.boolean(), output: words }),
  fc.record({ kind: fc.constant("denied" as const), intent, rule: words, reason: words }),
  fc.record({ kind: fc.constant("content" as const), path: words, hash: name }),
  fc.record({ kind: fc.constant("said" as const), text: words }),
  fc.constantFrom<StreamEvent>({ kind: "turn" }, { kind: "time" }, { kind: "raw" }),
);

describe("any stream of events", () => {
  it("is heard to its end with the same detections each time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.option(fc.integer(), { nil: undefined })), { maxLength: 120 }),
        (events) => {
          const run = (): readonly unknown[] => {
            const watch = watchStagnation({ workspace: "/w" });
            return events.map(([each, at]) => watch.hear(each, at));
          };
          const once = run();
          expect(run()).toEqual(once);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is never stopped before it was nudged", () => {
    const call = fc.constantFrom(look("a"), look("b"), edit("a", "1", "2"), edit("a", "2", "1"));
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const levels = told(calls).map((each) => each.split(" ")[1] ?? "");
        const stop = levels.indexOf("stop");
        expect(levels.every((level) => (STAGNATION_LEVELS as readonly string[]).includes(level))).toBe(true);
        expect(stop === -1 || levels.slice(0, stop).includes("nudge")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("is never stopped while every call brings something new", () => {
    const fresh = fc.array(fc.constantFrom("look", "edit"), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(fresh, (kinds) => {
        const calls = kinds.map((kind, n) =>
          kind === "look" ? look("a", `${n}`) : edit("b", `${n}`, `${n + 1}`),
        );
        expect(told(calls).filter((each) => !each.endsWith("suspicion"))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("is detected for every period up to the memory, sooner or later", () => {
    for (const period of [1, 2, 3, 4, 9, 30, 100]) {
      const calls = times(period * 3 + 60, (n) => look(`f${n % period}`, "same"));
      expect(told(calls).some((each) => each.endsWith("stop"))).toBe(true);
    }
  });
});

describe("a watch", () => {
  it("reads at most a bounded part of a text, however long and hostile", () => {
    const hostile = ["1", "1.", " ", "a:1", "\u001b[", "error ", "fail\n"];
    const heard = (times: number): number => {
      const watch = watchStagnation();
      return charactersRead(() => {
        for (const each of hostile) {
          const text = each.repeat(times);
          const [announced] = streamOf([look("a")]);
          if (announced?.kind !== "tool-intent") throw new Error("Writing a call: no announcement");
          const { intent: asked } = announced;
          watch.hear({
            kind: "tool-intent",
            intent: { ...asked, kind: "exec", command: `npm test ${text}`, input: { text } },
          });
          watch.hear({ kind: "tool-result", call: asked.call, ok: false, output: text });
          watch.hear({ kind: "said", text });
        }
      });
    };
    const long = heard(100_000);
    expect(long).toBeGreaterThan(0);
    expect(heard(200_000)).toBeLessThanOrEqual(long + 1_000);
  });

  it("does the same work for a call after ten thousand others, and never looks at those again", () => {
    const watch = watchStagnation();
    const fields = new Map<number, number>();
    const work = (n: number): number => {
      const events = streamOf([
        look(`f${n}`, `text ${n}`),
        shell(`npm test ${n % 10}`, `${n} failed`, false),
      ]);
      const watched = events.map((each) =>
        watchedFields(each, () => fields.set(n, (fields.get(n) ?? 0) + 1)),
      );
      return charactersRead(() => {
        for (const each of watched) watch.hear(each);
      });
    };
    const digits = (n: number): number => 1_000_000 + n;
    const early = times(200, (n) => work(digits(n))).slice(-50);
    const readEarly = fields.get(digits(10));
    for (let n = 200; n < 10_000; n += 1) work(digits(n));
    const late = times(50, (n) => work(digits(10_000 + n)));
    expect(Math.max(...late)).toBeLessThanOrEqual(Math.max(...early));
    expect(fields.get(digits(10_010))).toBe(fields.get(digits(160)));
    expect(fields.get(digits(10))).toBe(readEarly);
  });

  it("remembers a bounded number of things, however many different calls come and stay open", () => {
    let most = 0;
    const heard = streamOf(
      times(1_500, (n) => [
        friction(`e${n}`),
        shell(`npm test ${n}`, `fail ${n}`, false),
        read(`r${n}`, n),
        edit(`w${n}`, "1", "2"),
      ]).flat(),
    );
    const PlainMap = Map;
    class CountingMap<K, V> extends PlainMap<K, V> {
      override set(key: K, value: V): this {
        super.set(key, value);
        most = Math.max(most, this.size);
        return this;
      }
    }
    vi.stubGlobal("Map", CountingMap);
    try {
      const watch = watchStagnation();
      for (const each of heard) watch.hear(each);
      for (const each of heard) if (each.kind === "tool-intent") watch.hear(each);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(most).toBe(256);
  });
});

/** How many characters of texts are looked at one by one during some work. */
function charactersRead(work: () => void): number {
  const read = vi.spyOn(String.prototype, "charCodeAt");
  try {
    work();
    return read.mock.calls.length;
  } finally {
    read.mockRestore();
  }
}

/** An event that tells each time one of its fields is read. */
function watchedFields<T extends object>(value: T, tell: () => void): T {
  return new Proxy(value, {
    get: (target, key, receiver) => {
      tell();
      return Reflect.get(target, key, receiver);
    },
  });
}
