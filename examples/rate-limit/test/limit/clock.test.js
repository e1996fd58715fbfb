import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonic } from "../../src/limit/clock.js";

test("never goes backwards", () => {
  const first = monotonic();
  assert.ok(monotonic() >= first);
});
