import { describe, expect, it } from "vitest";
import { innerCommand } from "./reading-command.ts";
import { shell, told } from "./stream.test-support.ts";

describe("a command that a shell was started for", () => {
  it("pages through a file as the command itself does", () => {
    const pages = [1, 11, 21, 31, 21, 11, 1, 11].map((from) =>
      shell(`/bin/bash -lc "sed -n '${from},${from + 9}p' long.txt"`, `lines from ${from}`),
    );
    expect(told(pages)).toEqual([
      "pagination-spiral suspicion",
      "pagination-spiral nudge",
      "pagination-spiral stop",
    ]);
  });

  it("is left as it is where its quotes would say something else", () => {
    const kept = ['bash -c "echo $HOME"', `sh -c 'a'b'`, "bash -c ls", `bash -c 'a' x`];
    for (const line of kept) expect(innerCommand(line)).toBe(line);
    expect(innerCommand("bash -lc 'cat a'")).toBe("cat a");
  });
});
