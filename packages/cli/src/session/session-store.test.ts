import { mkdirSync, writeFileSync } from "node:fs";
import { openRepository } from "@breakwater/node";
import { createScratchRepository } from "@breakwater/testkit";
import { expect, it } from "vitest";
import { placeOf } from "./session-place.ts";
import { newSessionId } from "./session-store.ts";

// conforms: start-session-id
it("a session is named by branch, date and minute, and a second one of that minute by a number", async () => {
  const scratch = createScratchRepository({ "a.txt": "a\n" });
  scratch.git("checkout", "-q", "-b", "feat/limits");
  const repository = await openRepository(scratch.root);
  if (!repository.ok) throw new Error(repository.failure.message);
  const now = new Date("2026-01-02T03:04:05.000Z");
  const first = newSessionId(repository.value, now);
  expect(first).toBe("feat-limits-2026-01-02-0304");
  const place = placeOf(repository.value, first);
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(place.journal, "");
  expect(newSessionId(repository.value, now)).toBe("feat-limits-2026-01-02-0304-2");
  scratch.dispose();
});
