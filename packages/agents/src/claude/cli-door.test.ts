import { describe, expect, it } from "vitest";
import { cliArguments } from "./cli-door.ts";

const after = (list: readonly string[], name: string): string => list[list.indexOf(name) + 1] ?? "";

describe("the arguments of the program claude", () => {
  const list = cliArguments({ model: "m", resume: "s" }, { command: ["/opt/a b/hook", "--door", "/x"] });

  it("name the hook for every tool and let it block where it fails", () => {
    const settings: unknown = JSON.parse(after(list, "--settings"));
    expect(settings).toMatchObject({
      hooks: {
        PreToolUse: [
          { hooks: [{ type: "command", command: "'/opt/a b/hook' --door /x", onFailure: "block" }] },
        ],
      },
    });
    const matcher = new RegExp(JSON.stringify(settings).match(/"matcher":"([^"]+)"/u)?.[1] ?? "", "u");
    expect(
      ["Write", "Bash", "SomethingNew", "StructuredOutput"].filter((tool) => matcher.test(tool)),
    ).toEqual(["Write", "Bash", "SomethingNew"]);
  });

  it("load no settings of the repository or the user, offer a closed list of tools and refuse the rest", () => {
    expect(after(list, "--setting-sources")).toBe("");
    expect(after(list, "--permission-mode")).toBe("dontAsk");
    expect(after(list, "--tools")).not.toMatch(/Agent|Task/u);
    expect(list).not.toContain("--dangerously-skip-permissions");
    expect([after(list, "--model"), after(list, "--resume")]).toEqual(["m", "s"]);
  });
});
