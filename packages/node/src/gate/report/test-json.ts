import { z } from "zod";
import type { Reading } from "../reading.ts";

const Report = z.object({
  numTotalTests: z.number(),
  numRuntimeErrorTestSuites: z.number().optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

/** Reads the JSON report that jest and vitest share; `undefined` where the text is not one. */
export function readTestJson(text: string): Reading | undefined {
  const parsed = Report.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const failing: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of parsed.data.testResults) {
    const failed = file.assertionResults.filter((each) => each.status === "failed");
    failing.push(...failed.map((each) => [file.name, ...each.ancestorTitles, each.title].join(" > ")));
    // A file that fails without a failing test could not be loaded, or a hook of it failed.
    if (file.status === "failed" && failed.length === 0) failing.push(file.name);
    const passed = file.assertionResults.filter((each) => each.status === "passed").length;
    counts.passed += passed;
    counts.skipped += file.assertionResults.length - passed - failed.length;
  }
  return { counts: { ...counts, failed: failing.length }, failing };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
