import type { Call, Handler, Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { refuse } from "./refuse.ts";
import { type Verbs, judgeVerbs, helped } from "./judge-verbs.ts";
import { CLOUDS } from "./cloud-program.ts";
import { github } from "./github.ts";

const RUNS =
  "run|exec|x|test|build|lint|check|ls|list|la|ll|diff|changed|info|show|view|graph|report|affected|run-many|format|format:check|watch|projects|start|serve|dev|why|explain|status|clean|prune";

const runner = (publishes: string, writes: string): Verbs => ({
  reads: new RegExp(`^(?:${RUNS})$`),
  denies: new RegExp(`^(?:${publishes})$`),
  rule: "publish",
  writes: new RegExp(`^(?:${writes})$`),
});

/** Runners of tasks in several packages: running is ordinary, releasing and generating is not. */
const TASK_RUNNERS: Readonly<Record<string, Verbs>> = {
  nx: runner(
    "release|publish|connect|login|logout",
    "migrate|generate|g|add|init|import|repair|format:write|reset",
  ),
  lerna: runner("publish|version", "init|bootstrap|add|create|import|link|repair"),
  rush: runner("publish|version", "install|update|add|remove|init|link|purge|update-autoinstaller"),
  moon: runner("publish", "init|generate|migrate|upgrade|setup|teardown"),
};

/** Programs that manage the hooks of a repository: running one's checks is ordinary, changing hooks is not. */
const HOOK_MANAGERS: Readonly<Record<string, RegExp>> = {
  husky: /^(?:--version|-v|help)$/,
  "pre-commit": /^(?:run|validate-config|validate-manifest|sample-config|help|--version)$/,
  lefthook: /^(?:run|dump|version|validate|check-install|help)$/,
  overcommit: /^(?:--run|-r|--list-hooks|-l|--version)$/,
  "simple-git-hooks": /^--version$/,
  "git-hooks": /^list$/,
  yorkie: /^--version$/,
  ghooks: /^--version$/,
};

/** Programs that do nothing but publish or deploy. */
const PUBLISHERS =
  "gh-pages surge np release-it semantic-release standard-version commit-and-tag-version release-please goreleaser capistrano cap kamal mup dpl pub-release bump bumpversion bump2version bump-my-version bumpp changelogen cargo-release cargo-dist".split(
    " ",
  );

/** Cloud and hosting programs, and forges. */
export const VERB_PROGRAMS: readonly (readonly [string, Handler])[] = [
  ...Object.entries(CLOUDS).map(
    ([name, verbs]) => [name, (call: Call, shell: Shell) => judgeVerbs(call, shell, verbs)] as const,
  ),
  ...Object.entries(TASK_RUNNERS).map(
    ([name, verbs]) => [name, (call: Call, shell: Shell) => judgeVerbs(call, shell, verbs)] as const,
  ),
  ...Object.entries(HOOK_MANAGERS).map(
    ([name, free]) =>
      [
        name,
        (call: Call, shell: Shell) =>
          free.test(call.args[0]?.text ?? "") || helped(call)
            ? UNSEEN
            : refuse(shell, "hook-tamper", `${call.program} changes the hooks of the repository`),
      ] as const,
  ),
  ...PUBLISHERS.map(
    (name) =>
      [
        name,
        (call: Call, shell: Shell) =>
          helped(call) ? UNSEEN : refuse(shell, "publish", `${call.program} publishes or deploys`),
      ] as const,
  ),
  ["ansible-playbook", playbook],
  [
    "ansible",
    (call, shell) => (call.args.some((arg) => arg.text === "ping") ? UNSEEN : playbook(call, shell)),
  ],
  ["gh", github],
];

function playbook(call: Call, shell: Shell): Stream {
  const looks = call.args.some((arg) => /^(?:--syntax-check|--list-(?:tasks|hosts|tags)|-C)$/.test(arg.text));
  return looks || helped(call) ? UNSEEN : refuse(shell, "db-cloud-destroy", "a playbook changes machines");
}
