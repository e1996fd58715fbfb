import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program for child processes of tests: one bundled CommonJS file, as the published command is. */
export type BundledEntry = { readonly file: string };

/**
 * Bundles a TypeScript text into one file that plain `node` runs. Imports are resolved from `from`, a folder
 * of this repository, so that the text may import any package and any absolute path.
 */
export async function bundleEntry(text: string, from: string): Promise<BundledEntry> {
  // Loaded here, so that tests which bundle nothing do not pay for it.
  const { rolldown } = await import("rolldown");
  const folder = mkdtempSync(join(tmpdir(), "entry-"));
  const input = join(from, "bundled-entry.ts");
  const bundle = await rolldown({
    input,
    platform: "node",
    logLevel: "silent",
    // Only what the text uses: a child of a test must start fast.
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: "entry-text",
        resolveId: (id: string) => (id === input ? id : null),
        load: (id: string) => (id === input ? text : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "cjs", codeSplitting: false });
  await bundle.close();
  const file = join(folder, "entry.cjs");
  writeFileSync(file, output[0].code);
  return { file };
}
