import { expect, test } from "vitest";
import { judged } from "../guard-fixture.ts";
import { literal } from "../shell/arg.ts";
import { readOptions } from "./option.ts";

const read = (text: string, spec = {}): ReturnType<typeof readOptions> =>
  readOptions(text.split(" ").map(literal), spec);

test("clusters are taken apart, and the rest of a cluster is the value of an option that takes one", () => {
  const options = read("-xvf a.tar -Cout b", { short: "fC" });
  expect(options.flags).toEqual(["-x", "-v", "-f", "-C"]);
  expect(options.values("-f", "-C").map((arg) => arg.text)).toEqual(["a.tar", "out"]);
  expect(options.operands.map((arg) => arg.text)).toEqual(["b"]);
});

test("long options may be shortened, take a value after = or in the next word, and end at --", () => {
  const options = read("--rec --out=a --output b -- --force", { long: ["--output"] });
  expect(options.has("--recursive")).toBe(true);
  expect(options.has("--force")).toBe(false);
  expect(options.values("--output").map((arg) => arg.text)).toEqual(["a", "b"]);
  expect(options.operands.map((arg) => arg.text)).toEqual(["--force"]);
});

test("a program that starts another one keeps its hands off the other's options", () => {
  const options = read("-n 5 rm -rf x", { short: "n", stopAtOperand: true });
  expect(options.operands.map((arg) => arg.text)).toEqual(["rm", "-rf", "x"]);
});

test("a shortened option is refused for what it means, not by accident", () => {
  expect(judged("rm --rec src/api/old").rule).toBe("rm-recursive");
  expect(judged("rm --recursi --for src/api/old").rule).toBe("rm-recursive");
  expect(judged("git restore --stag --work src/api/a.ts").rule).toBe("git-discard");
  expect(judged("git clean --dry").decision).toBe("allow");
});
