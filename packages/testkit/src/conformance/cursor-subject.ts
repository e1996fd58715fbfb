import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cursorRuntimeAt } from "@breakwater/agents";
import { openWorkspace, specIn } from "./scripted-subject.ts";
import type { ConformanceStage, ConformanceSubject } from "./subject.ts";

/** Plays what Cursor's documentation says; the real client cannot run without its provider. */
const STAND_IN = fileURLToPath(new URL("cursor-by-documentation.mjs", import.meta.url));

/** The adapter of Cursor as a subject, against a stand-in that was written from documentation. */
export function cursorSubject(): ConformanceSubject {
  return {
    runtime: cursorRuntimeAt({ program: STAND_IN }),
    open: async () => openStage(),
    strangeLine: JSON.stringify({ type: "never-heard-of", n: 1 }),
    unstartable: { options: { "cursor-program": "/nonexistent/cursor-agent" } },
  };
}

function openStage(): ConformanceStage {
  const { folder, workspace } = openWorkspace();
  const stage = join(folder, "stage");
  mkdirSync(stage);
  return {
    workspace,
    spec: (turns) => {
      writeFileSync(join(stage, "turns.json"), JSON.stringify(turns));
      const spec = specIn(workspace);
      return {
        ...spec,
        prompt: "Do it.",
        environment: { ...spec.environment, CURSOR_STAGE: stage },
        options: {},
      };
    },
    held: async (name) => {
      while (!existsSync(join(stage, `${name}.held`))) await new Promise((next) => setTimeout(next, 5));
    },
    release: (name) => writeFileSync(join(stage, `${name}.released`), ""),
    requests: () => countedIn(join(stage, "requests")),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function countedIn(file: string): number {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}
