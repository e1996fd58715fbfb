import assert from "node:assert/strict";
import { test } from "node:test";
import { handle } from "../../src/server/handle.js";

test("greets at /hello", () => {
  assert.deepEqual(handle({ path: "/hello", key: "a" }), { status: 200, headers: {}, body: "hello" });
});

test("answers 404 elsewhere", () => {
  assert.equal(handle({ path: "/", key: "a" }).status, 404);
});
