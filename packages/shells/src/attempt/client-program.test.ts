import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { programReach } from "./client-program.ts";

let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "home-")));
  vi.stubEnv("HOME", home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

function put(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** What is shown of a home for a program in it, relative to the home. */
function shownFor(file: string): readonly string[] {
  const paths = programReach([file]).map(({ path, access }) =>
    access === "read" ? path : `${path} writable`,
  );
  return paths.map((path) => path.replace(`${home}/`, "")).toSorted();
}

describe("what is shown of a program behind a wrapper", () => {
  it.each([
    ["an absolute path, quoted", () => `#!/bin/sh\nexec '${home}/opt/tool' "$@"\n`],
    ["the home by its name", () => '#!/usr/bin/env bash\nexec "$HOME/opt/tool" "$@"\n'],
    ["a variable before it", () => `#!/bin/sh\n  exec env MODE=x "\${HOME}/opt/tool" --flag\n`],
    [
      "the folder of the script, as pnpm writes it",
      () =>
        `#!/bin/sh\nbasedir=$(dirname "$(echo "$0" | sed -e 's,\\\\,/,g')")\nexec "$basedir/../opt/tool" "$@"\n`,
    ],
  ])("is the program that it names: %s", (_name, text) => {
    put("opt/tool", "\u007fELF");
    expect(shownFor(put("bin/tool", text()))).toEqual(["bin/tool", "opt/tool"]);
  });

  it("is the packages around a script that Node runs, and the next wrapper's program too", () => {
    const script = put("lib/node_modules/tool/cli.js", "");
    put("opt/tool", `#!/bin/sh\nexec node "${script}" "$@"\n`);
    expect(shownFor(put("bin/tool", `#!/bin/sh\nexec ${home}/opt/tool "$@"\n`))).toEqual([
      "bin/tool",
      "lib/node_modules",
      "opt/tool",
    ]);
  });

  it("is its own package, but never a checkout or a home", () => {
    put("own/package.json", "{}");
    put("own/dist/tool", "\u007fELF");
    expect(shownFor(put("a", `#!/bin/sh\nexec ${home}/own/dist/tool\n`))).toContain("own");
    put("own/.git", "");
    expect(shownFor(put("b", `#!/bin/sh\nexec ${home}/own/dist/tool\n`))).toEqual(["b", "own/dist/tool"]);
    put("package.json", "{}");
    put("tool", "\u007fELF");
    expect(shownFor(put("c", `#!/bin/sh\nexec ${home}/tool\n`))).toEqual(["c", "tool"]);
  });

  it("is the link that it calls, and where that leads", () => {
    symlinkSync(put("real/tool", "\u007fELF"), join(home, "link"));
    expect(shownFor(put("a", `#!/bin/sh\nexec ${home}/link\n`))).toEqual(["a", "link", "real/tool"]);
  });

  it.each([
    ["an argument", () => `exec /bin/cat "${home}/secret" --config "${home}/secret"`],
    ["an option of Node", () => `exec node --env-file "${home}/secret" x.js`],
    ["what is computed", () => `exec "$(cat "${home}/secret")"`],
    ["what is not executed by exec", () => `"${home}/secret"`],
    ["an unknown variable", () => `exec "$TOOL/secret"`],
  ])("is nothing of %s", (_name, line) => {
    put("secret", "x");
    chmodSync(join(home, "secret"), 0o600);
    expect(shownFor(put("a", `#!/bin/sh\n${line()}\n`)).filter((path) => path.includes("secret"))).toEqual(
      [],
    );
  });

  it("is the wrapper alone where it is no script for a shell, or calls itself", () => {
    put("opt/tool", "x");
    expect(shownFor(put("a", `#!/usr/bin/env python3\nexec ${home}/opt/tool\n`))).toEqual(["a"]);
    expect(shownFor(put("b", `#!/bin/sh\nexec ${home}/b\n`))).toEqual(["b"]);
  });
});
