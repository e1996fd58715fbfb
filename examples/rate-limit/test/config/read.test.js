import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../src/config/read.js";

test("fills in defaults", () => {
  assert.equal(read({}).greeting, "hello");
});
