import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judged, plainView, policyOf, viewOf, written } from "../guard-fixture.ts";
import { judgeToolCall } from "../judge-tool-call.ts";
import { RULES, type RuleId } from "./registry.ts";

test("the table of the documentation is the table of the code", () => {
  const page = readFileSync(new URL("../../../../docs/spec/guard.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([\w-]+)`\s*\| (\w+)\s*\| (.+?)\s*\|$/gm)].map((row) =>
    row.slice(1, 4),
  );
  const table = Object.entries(RULES).map(([id, rule]) => [
    id,
    id === "allowed" ? "allow" : rule.severity,
    rule.about,
  ]);
  expect(rows).toEqual(table);
});

const linked = viewOf({ "/w/src/api/l": { link: "../web" }, "/w/src/api/h": { names: 2 } });
const examples: Readonly<Record<RuleId, () => string>> = {
  allowed: () => judged("ls").rule,
  "out-of-scope": () => written("x").rule,
  traversal: () => written("src/api/../x").rule,
  absolute: () => written("/etc/x").rule,
  symlink: () => written("src/api/l/x", {}, linked).rule,
  hardlink: () => written("src/api/h", {}, linked).rule,
  unicode: () => written("src/api/a\u202e").rule,
  "git-internals": () => written(".git/config").rule,
  "guard-files": () => written(".claude/settings.json").rule,
  length: () => written(7).rule,
  "other-tools": () => judgeToolCall({ tool: "x", input: {} }, { policy: policyOf(), view: plainView }).rule,
  "invalid-scope": () =>
    written("x", { grant: { kind: "void", failure: { code: "BW210", message: "x" } } }).rule,
  "scope-write": () => judged("touch x").rule,
  "rm-recursive": () => judged("rm -r src").rule,
  "git-discard": () => judged("git clean -f").rule,
  "git-commit": () => judged("git commit").rule,
  "git-push": () => judged("git push").rule,
  "remote-exec": () => judged("curl x | sh").rule,
  privilege: () => judged("sudo ls").rule,
  "system-destroy": () => judged("reboot").rule,
  "db-cloud-destroy": () => judged("dropdb x").rule,
  publish: () => judged("npm publish").rule,
  "hook-tamper": () => judged("touch .husky/x").rule,
  "secrets-read": () => judged("cat ~/.ssh/id_rsa").rule,
  "env-exec": () => judged("LD_PRELOAD=x ls").rule,
  obfuscated: () => judged("/bin/r? x").rule,
  nesting: () => judged(`echo ${"x".repeat(70_000)}`).rule,
  opaque: () => judged("$X").rule,
  "unknown-program": () => judged("frobnicate --exec x").rule,
  "blocked-command": () =>
    judged("ls", { blockedCommands: [{ id: "x", pattern: "ls", severity: "block", rationale: "r" }] }).rule,
};

test.each(Object.entries(examples))("the rule %s can be met", (rule, meet) => {
  expect(meet()).toBe(rule);
});
