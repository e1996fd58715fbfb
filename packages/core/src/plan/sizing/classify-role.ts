import type { Role } from "../plan.ts";

/** What a role is judged by: words and files of a piece of work. */
export type WorkSigns = {
  readonly text: string;
  readonly files: readonly string[];
  /** Whether other work waits for it. */
  readonly isAwaited?: boolean;
};

/** A role and the rule that gave it, for the person who looks. */
export type ClassifiedRole = { readonly role: Role; readonly rule: string };

const RULES: readonly {
  readonly role: Role;
  readonly rule: string;
  readonly test: (signs: WorkSigns) => boolean;
}[] = [
  {
    role: "discovery",
    rule: "it asks for understanding and names no file to change",
    test: ({ text, files }) => DISCOVERY.test(text) && !MAKES.test(text) && files.length === 0,
  },
  {
    role: "finalization",
    rule: "it is housekeeping of issues, commits or the changelog",
    test: ({ text, files }) =>
      /\b(?:changelog|release notes|close issues?|bump version)\b/i.test(text) ||
      only(files, /(?:^|\/)CHANGELOG\.md$/i),
  },
  {
    role: "docs",
    rule: "it writes documentation alone",
    test: ({ text, files }) =>
      only(files, /\.(?:md|mdx|rst|adoc)$/i) ||
      (files.length === 0 &&
        /^\W*(?:document|write (?:the )?docs?|update (?:the )?(?:readme|docs?))\b/i.test(text)),
  },
  {
    role: "quality",
    rule: "it is tests, lint, types or review",
    test: ({ text, files }) =>
      only(files, TESTS) || (QUALITY.test(text) && !files.some((file) => !TESTS.test(file))),
  },
  {
    role: "impl-polish",
    rule: "it repairs, integrates or rounds off",
    test: ({ text, isAwaited }) => isAwaited !== true && POLISH.test(text),
  },
];

const DISCOVERY =
  /\b(?:find out|investigate|explore|understand|audit|analy[sz]e|map|research|survey|assess|verify (?:that|whether)|clarify)\b/i;
const MAKES = /\b(?:implement|add|create|build|write|fix|refactor|migrate|replace|remove|wire)\b/i;
const TESTS = /(?:^|\/)(?:tests?|__tests__|spec|e2e)\/|\.(?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]+\.py$/i;
const QUALITY = /\b(?:tests?|lint|type errors?|security review|simplif(?:y|ication)|coverage)\b/i;
const POLISH =
  /\b(?:polish|edge cases?|integrat(?:e|ion)|wire|hook up|secondary|follow-?up|clean ?up|error messages?|loading states?)\b/i;

function only(files: readonly string[], shape: RegExp): boolean {
  return files.length > 0 && files.every((file) => shape.test(file));
}

/** The role of a piece of work by rules in a fixed order (`docs/spec/planning.md`); what makes code is `impl-core`. */
export function classifyRole(signs: WorkSigns): ClassifiedRole {
  const found = RULES.find(({ test }) => test(signs));
  return found === undefined
    ? { role: "impl-core", rule: "it makes or changes code" }
    : { role: found.role, rule: found.rule };
}
