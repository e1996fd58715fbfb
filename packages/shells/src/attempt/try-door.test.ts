import { claudeRuntime, codexRuntimeAt, scriptedRuntime, type AgentRuntime } from "@breakwater/agents";
import { clientProgram, clientsFolder, noteClientRan, withoutClient } from "@breakwater/testkit";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { wallLadder } from "@breakwater/node";
import { writeScratchFiles } from "@breakwater/testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type DoorTrial, tryDoor } from "./try-door.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());
const { setup } = await wallLadder();
const behindWall = { source: process.env, ...(setup === undefined ? {} : { wall: { setup } }) };

/** The runtime with something of its run replaced: the planted defect. */
function broken(change: (start: AgentRuntime["start"]) => AgentRuntime["start"]): AgentRuntime {
  return { ...claudeRuntime, start: change(claudeRuntime.start) };
}

describe("trying a door", () => {
  it("leaves the runtime alone whose client is part of the program", async () => {
    expect(await tryDoor(scriptedRuntime, { source: process.env })).toMatchObject({ outcome: "built-in" });
  });

  it("says that it was not tried where there is no trial without the provider", async () => {
    const { canary: _, ...runtime } = claudeRuntime;
    expect(await tryDoor(runtime, { source: process.env })).toMatchObject({ outcome: "untried" });
  });

  it("proves nothing where the client cannot be started", async () => {
    const runtime = broken(
      (start) => (spec, run) => start({ ...spec, options: { "claude-program": "/nonexistent/claude" } }, run),
    );
    expect(await tryDoor(runtime, { source: process.env })).toMatchObject({ outcome: "no-answer" });
  });
});

describe.skipIf(clientProgram("codex") === undefined)(
  `trying the door of the real Codex${withoutClient("codex")}`,
  () => {
    it("proves that a patch is refused before it happens", async () => {
      const command = clientProgram("codex");
      const proof = await tryDoor(codexRuntimeAt(command === undefined ? {} : { command }), {
        source: process.env,
      });
      noteClientRan("codex");
      expect(proof).toMatchObject({ outcome: "denied" });
    });
  },
);

describe.skipIf(clientProgram("claude") === undefined)(
  `trying the door of the real Claude${withoutClient("claude")}`,
  () => {
    it("proves that a write is refused before it happens", async () => {
      const proof = await tryDoor(claudeRuntime, { source: process.env });
      noteClientRan("claude");
      expect(proof).toMatchObject({ outcome: "denied" });
      expect(proof.ms).toBeGreaterThan(0);
    });

    it("goes red where the refusal does not reach the client", async () => {
      const runtime = broken((start) => (spec, run) => {
        const decide = async (
          intent: Parameters<typeof run.gate.decide>[0],
        ): ReturnType<typeof run.gate.decide> => {
          await run.gate.decide(intent);
          return { allow: true };
        };
        return start(spec, { ...run, gate: { decide } });
      });
      expect(await tryDoor(runtime, behindWall)).toMatchObject({ outcome: "written" });
    });

    it("goes red where nobody asks the door", async () => {
      const runtime = broken(
        (start) => (spec, run) =>
          start(spec, {
            ...run,
            gate: { decide: async () => ({ allow: false, rule: "none", reason: "no" }) },
          }),
      );
      expect(await tryDoor(runtime, behindWall)).toMatchObject({ outcome: "never-asked" });
    });
  },
);

describe.skipIf(setup === undefined || clientProgram("codex") === undefined)(
  `trying a door behind the wall of attempts${withoutClient("codex")}`,
  () => {
    const homes: string[] = [];
    afterEach(() => {
      for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
    });

    /** A user whose Codex lies in a folder that a wall hides, with a program in front of it on PATH. */
    function user(wrapper: (hidden: string) => string): {
      readonly hidden: string;
      readonly trial: DoorTrial;
    } {
      const home = realpathSync(mkdtempSync(join(homedir(), ".breakwater-test-")));
      homes.push(home);
      const words = (clientProgram("codex") ?? []).map((word) => `'${word}'`).join(" ");
      const hidden = join(home, "mine", "codex");
      const bin = join(home, ".local", "bin", "codex");
      const line = `#!/bin/sh\nexec ${words} "$@"\n`;
      for (const [file, text] of Object.entries({ [hidden]: line, [bin]: wrapper(hidden) })) {
        mkdirSync(dirname(file), { recursive: true });
        writeScratchFiles(dirname(file), { codex: text });
        chmodSync(file, 0o755);
      }
      const source = { ...process.env, HOME: home, PATH: `${dirname(bin)}:${process.env["PATH"] ?? ""}` };
      return { hidden, trial: { source, ...(setup === undefined ? {} : { wall: { setup } }) } };
    }

    it("shows what a plain wrapper starts, and what that starts", async () => {
      const { trial } = user((hidden) => `#!/bin/sh\n# mine\nexec '${hidden}' "$@"\n`);
      expect(await tryDoor(codexRuntimeAt({}), trial)).toMatchObject({ outcome: "denied" });
    });

    it("tells what a client said that does not start at all, without secrets", async () => {
      const { trial } = user(() => "#!/bin/sh\necho 'no settings, sk-abcdefghijklmnopqrst' >&2; exit 4\n");
      const { outcome, detail } = await tryDoor(codexRuntimeAt({}), trial);
      expect([outcome, detail]).toEqual(["no-answer", "exit code 4: no settings, [redacted]"]);
    });

    it("says which path is hidden where a client starts without the wall alone", async () => {
      const { hidden, trial } = user((file) => `#!/bin/sh\nprogram=${file}\n"$program" "$@"\n`);
      const proof = await tryDoor(codexRuntimeAt({}), trial);
      expect(proof.outcome).toBe("not-in-wall");
      expect(proof.detail).toContain(`not behind the wall ${setup?.tier ?? ""}: exit code 127`);
      expect(proof.detail).toContain(`${hidden} is hidden there`);
    });
  },
);
