import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { freshJournalPath, openAt } from "./journal-fixture.ts";

/** Appends without end, several at a time, and prints the number of each acknowledged fact. */
const writer = (path: string): string => `
  import { openJournal } from ${JSON.stringify(import.meta.resolve("./open-journal.ts"))};
  const opened = await openJournal({ path: ${JSON.stringify(path)}, session: "s1" });
  const append = async () => {
    for (;;) {
      const fact = { type: "timer.fired", timer: "x".repeat(5000) };
      const appended = await opened.value.journal.append([{ fact }, { fact }]);
      process.stdout.write(appended.value[1].seq + "\\n");
    }
  };
  await Promise.all([append(), append(), append(), append()]);`;

it("holds every acknowledged fact after its writer was killed in the middle of a write", async () => {
  const path = freshJournalPath();
  const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", writer(path)];
  const env = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, args, { cwd: tmpdir(), env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^\d+$/.test(line)) acknowledged = Math.max(acknowledged, Number(line));
    if (acknowledged >= 200) child.kill("SIGKILL");
  }
  expect(await exited).toEqual([null, "SIGKILL"]);
  const { journal } = await openAt(path);
  expect(journal.facts().length).toBeGreaterThanOrEqual(acknowledged);
  expect(journal.facts().map(({ seq }) => seq)).toEqual(journal.facts().map((_, index) => index + 1));
  await journal.close();
});
