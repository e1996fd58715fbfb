import { dispositionOf } from "@breakwater/core";
import { scriptMark } from "@breakwater/testkit";
import { factsOf } from "./check-journal.ts";
import type { Story } from "./story.ts";
import { equalTo, type Check } from "./table.ts";

const task = (id: string, file: string, brief: string): string =>
  `### ${id} Write ${file}\n- scope: \`${file}\`\n- verify: \`node --check ${file}\`\n- done when: \`${file}\` exports a number\n\n${brief}\n`;

const plan = (agent: string, ...tasks: readonly string[]): string =>
  `---\nbreakwater: 1\ntitle: Numbers\nagents: { default: ${agent} }\nwall: "off"\nenforcement: strict\nisolation: worktree\n---\n\n## Wave 1: Impl-Core\n\n${tasks.join("\n")}`;

const SCRIPT = [
  { write: "src/a.js", content: ["module.exports = 1;"] },
  { report: "done", summary: "a" },
];

/** A repository with a plan for the scripted agent, and one whose two tasks the host's own subagents do. */
export const HOST_FILES: Readonly<Record<string, string>> = {
  "src/a.js": "",
  "src/b.js": "",
  "AGENTS.md":
    "# For agents\n\n## Session Config\n\n- test-command: `node --check src/a.js`\n- typecheck-command: skip\n- lint-command: skip\n",
  ".orchestrator/bootstrap.lock":
    "version: 1\ntier: fast\ntimestamp: 2026-01-01T00:00:00Z\nsource: claude-init\n",
  "numbers.plan.md": plan(
    "scripted",
    task("T1", "src/a.js", `\`\`\`script\n${JSON.stringify(SCRIPT)}\n\`\`\``),
  ),
  "host.plan.md": plan(
    "host",
    task("T1", "src/a.js", `Write it. ${scriptMark("sub-T1")}`),
    task("T2", "src/b.js", `Write it. ${scriptMark("sub-T2")}`),
  ),
};

/** That a session came to its end with every task done. */
export function doneChecks(host: string, { state }: Story): readonly Check[] {
  const open = [...state.tasks.values()].filter((each) => dispositionOf(state, each)?.kind !== "done");
  return [
    equalTo(`${host}: the session settled`, state.session?.settledAt !== undefined, true),
    equalTo(`${host}: tasks that are not done`, open.map(({ task: { id } }) => id).join(", "), ""),
  ];
}

/** That each subagent's write into the other's file was denied to this very agent, and each result was audited. */
export function deniedChecks(host: string, story: Story): readonly Check[] {
  const denied = factsOf(story, "scope.denied").map(({ attempt, path }) => `${attempt} ${path}`);
  const audited = factsOf(story, "candidate.audited").map(({ attempt }): string => attempt);
  return [
    equalTo(`${host}: writes that were denied`, denied.toSorted().join(", "), "T1.1 src/b.js, T2.1 src/a.js"),
    equalTo(`${host}: results that were audited`, audited.toSorted().join(", "), "T1.1, T2.1"),
  ];
}
