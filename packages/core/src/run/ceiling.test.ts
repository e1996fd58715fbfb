import { describe, expect, it } from "vitest";
import { playLines } from "./scenario/perform-line.test-support.ts";
import { readScript } from "./scenario/script.test-support.ts";

/** The limit of one thing that each attempt was ordered with, in order. */
function ordered(thing: "usd" | "tokens" | "turns", ...lines: readonly string[]): readonly string[] {
  const { stage } = playLines(readScript([...lines, "go", "run"].join("\n")).lines);
  return stage.facts.flatMap(({ fact }) =>
    fact.type === "command.issued" && fact.command.type === "start-agent"
      ? [`${fact.command.attempt} ${fact.command.limits[thing] ?? "unbounded"}`]
      : [],
  );
}

const twice = ["wave impl-core", "task T1 write src/a/**", "T1.1 claims partial"];
const two = ["parallel 1", "wave impl-core", "task T1 write src/a/**", "task T2 write src/b/**"];

describe("an attempt is ordered with no more than", () => {
  it("what its task has left", () => {
    expect(ordered("turns", "budget task turns 20", ...twice, "T1.1 uses turns 12")).toEqual([
      "T1.1 15",
      "T1.2 8",
    ]);
    expect(ordered("usd", "budget task usd 1", ...twice, "T1.1 uses usd 0.75")).toEqual([
      "T1.1 1",
      "T1.2 0.25",
    ]);
    expect(ordered("tokens", "budget task tokens 900", ...twice, "T1.1 uses tokens 800")).toEqual([
      "T1.1 900",
      "T1.2 100",
    ]);
  });

  it("what its wave has left besides the shares of others", () => {
    expect(ordered("usd", "budget wave usd 1", ...two, "T1 uses usd 0.25")).toEqual(["T1.1 1", "T2.1 0.75"]);
    expect(ordered("turns", "budget wave turns 20", ...two, "T1 uses turns 4")).toEqual([
      "T1.1 15",
      "T2.1 15",
    ]);
  });

  it("what the session has left, the least of all of them", () => {
    const ceilings = ["budget turns 30", "budget wave turns 25", "budget task turns 12"];
    expect(ordered("turns", ...ceilings, ...two)).toEqual(["T1.1 12", "T2.1 12"]);
    expect(ordered("usd", ...two)).toEqual(["T1.1 unbounded", "T2.1 unbounded"]);
  });
});
