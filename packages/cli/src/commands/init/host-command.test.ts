import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostCommands } from "./host-command.ts";

describe("The commands for hosts that init prints", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "breakwater host-"));
    for (const name of ["bin", "plugins"]) mkdirSync(join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const install = (name: string): void => {
    writeFileSync(join(folder, "bin", name), "#!/bin/sh\n");
    chmodSync(join(folder, "bin", name), 0o755);
  };
  const commands = (): ReturnType<typeof hostCommands> =>
    hostCommands(join(folder, "plugins"), { PATH: join(folder, "bin") });

  it("are one for each host on the path, with the folder as one word", () => {
    install("claude");
    install("codex");
    const plugins = `'${join(folder, "plugins")}'`;
    expect(commands()).toEqual([
      {
        host: "Claude Code",
        command: `claude plugin marketplace add ${plugins} && claude plugin install breakwater@breakwater`,
      },
      {
        host: "Codex",
        command: `codex plugin marketplace add ${plugins} && codex plugin add breakwater@breakwater`,
      },
    ]);
  });

  it("are none where no host is, or where the program came without plugins", () => {
    expect(commands()).toEqual([]);
    install("cursor-agent");
    expect(commands()).toHaveLength(1);
    rmSync(join(folder, "plugins"), { recursive: true });
    expect(commands()).toEqual([]);
  });
});
