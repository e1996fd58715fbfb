import { expect, it } from "vitest";
import { inheritedNames } from "./inherited-names.ts";

it("reads the names that a user lets clients inherit, and nothing that is none", () => {
  expect(inheritedNames({})).toEqual([]);
  const text = " NODE_EXTRA_CA_CERTS,MY_TOKEN  MY_TOKEN, A=B ,1X,$(id)";
  expect(inheritedNames({ BREAKWATER_INHERIT: text })).toEqual(["NODE_EXTRA_CA_CERTS", "MY_TOKEN"]);
});
