import { commitId, type Survey } from "@breakwater/core";
import { createScratchRepository, type ScratchRepository } from "@breakwater/testkit";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { surveyResult } from "./survey-result.ts";

const opened: ScratchRepository[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.dispose();
});

const TWO = "function one() {\n  return 1;\n}\n\nfunction two() {\n  return 2;\n}\n";

async function look(order: { globs: readonly string[]; files: readonly string[] }): Promise<Survey> {
  const repository = createScratchRepository({
    "src/api/a.ts": TWO,
    "src/api/b.ts": TWO,
    "src/db/c.ts": TWO,
    "docs/d.md": "d\n",
    "package-lock.json": "{}\n",
  });
  opened.push(repository);
  const base = commitId(repository.git("rev-parse", "HEAD").trim());
  repository.write({ "src/api/a.ts": TWO.replace("return 2", "return 3") });
  repository.commit("result");
  const commit = commitId(repository.git("rev-parse", "HEAD").trim());
  const gitDir = join(repository.root, ".git");
  const context = { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root };
  const found = await surveyResult(context, { commit, base, order });
  if (!found.ok) throw new Error(found.failure.message);
  return found.value;
}

it("finds the folders in which a scope has files, and nothing that it may not write", async () => {
  expect(await look({ globs: ["src/**"], files: [] })).toEqual({
    folders: [
      { path: "src/api", files: 2 },
      { path: "src/db", files: 1 },
    ],
    regions: [],
  });
  expect((await look({ globs: ["**"], files: [] })).folders.map((each) => each.path)).toEqual([
    "docs",
    "src",
  ]);
});

it("finds where a file was edited, else what it declares, and nothing in a file that is not there", async () => {
  const { regions } = await look({ globs: [], files: ["src/api/a.ts", "src/db/c.ts", "src/gone.ts"] });
  expect(regions).toEqual([
    { file: "src/api/a.ts", symbol: "two", from: 5, to: 7 },
    { file: "src/db/c.ts", symbol: "one", from: 1, to: 3 },
    { file: "src/db/c.ts", symbol: "two", from: 5, to: 7 },
  ]);
});
