import { literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { RuleId } from "../rule/registry.ts";
import { judgeTree } from "./file-access.ts";
import { readOptions } from "./option.ts";

/** How a program is judged by its verbs: reading ones are free, destroying ones refused, the rest asked about. */
type Verbs = {
  readonly reads: RegExp;
  readonly denies: RegExp;
  readonly rule: RuleId;
  /** Verbs that write files of the repository that the command does not name. */
  readonly writes?: RegExp;
};

const READ =
  "get|list|ls|describe|show|view|status|logs?|version|help|plan|validate|inspect|diff|top|explain|whoami|info|search|check|output|graph|providers|current|history|events|tail|cat|head|test|lint|template|preview|outdated|audit|why|config-view|stacks?|about|env-ls|domains-ls|ps|doc|docs|ls-.*|list-.*|describe-.*|get-.*|head-.*|api-resources|api-versions|cluster-info|current-context|get-contexts|auth-status|fmt-check|estimate|wait|completion|types|synth|synthesize|print|package|export|kustomize|apps|lanes|devices|scan|can-i";
const DESTROY =
  "delete|del|destroy|remove|rm|rb|uninstall|drop|purge|terminate|drain|cordon|reset|wipe|rollback|prune|empty|disable|revoke|stop|kill|delete-.*|terminate-.*|remove-.*|deregister-.*|purge-.*|reset-.*|db:drop|pg:reset|apps:destroy|down|nuke|force-unlock|taint|untaint|scale|evict|abort";
const CHANGE =
  "apply|create|put|update|set|replace|patch|edit|import|up|deploy|rollout|upgrade|install|sync|cp|mv|mb|push|promote|publish|release|run|exec|invoke|start|restart|attach|label|annotate|add|enable|link|put-.*|create-.*|update-.*|modify-.*|start-.*|stop-.*|run-.*|set-.*|invoke-.*|send-.*|assume-.*|login|logout|init|migrate|refresh|state|transfer|tag|merge|alias|expose|port-forward|proxy|cancel|rename|upload|submit|ship|suspend|resume|reconcile|undefine|failover|execute|pull|suspend-.*|undeploy";
const cloud = (rule: RuleId = "db-cloud-destroy"): Verbs => ({
  reads: new RegExp(`^(?:${READ})$`),
  denies: new RegExp(`^(?:${DESTROY}|${CHANGE})$`),
  rule,
});

const CLOUDS: Readonly<Record<string, Verbs>> = {
  kustomize: { ...cloud(), reads: /^(?:build|version|help|localize)$/ },
  terraform: {
    ...cloud(),
    reads:
      /^(?:plan|validate|show|output|version|providers|graph|fmt|init|console|get|help|test|-version|workspace)$/,
    denies: /^(?:apply|destroy|import|taint|untaint|state|refresh|force-unlock|login|logout|delete|rm)$/,
  },
  ...Object.fromEntries(
    [
      "tofu",
      "terragrunt",
      "pulumi",
      "cdk",
      "cdktf",
      "sam",
      "serverless",
      "sls",
      "sst",
      "kubectl",
      "oc",
      "k",
      "helm",
      "helmfile",
      "skaffold",
      "argocd",
      "flux",
      "eksctl",
      "kops",
      "minikube",
      "kind",
      "k3d",
      "aws",
      "gcloud",
      "gsutil",
      "bq",
      "az",
      "doctl",
      "linode-cli",
      "hcloud",
      "ibmcloud",
      "oci",
      "aliyun",
      "s3cmd",
      "mc",
      "s5cmd",
      "supabase",
      "planetscale",
      "pscale",
      "neonctl",
      "turso",
      "fauna",
      "prisma-cloud",
      "nomad",
      "consul",
      "istioctl",
      "packer",
      "vagrant",
      "multipass",
      "virsh",
      "VBoxManage",
      "dokku",
      "cf",
      "databricks",
      "snowsql",
      "confluent",
      "kafka-topics",
      "rabbitmqctl",
      "etcdctl",
      "stripe",
      "twilio",
      "sentry-cli",
      "datadog-ci",
      "chef",
      "knife",
      "puppet",
      "dvc-cloud",
      "temporal",
      "elasticdump",
    ].map((name) => [name, cloud()]),
  ),
  ...Object.fromEntries(
    [
      "vercel",
      "now",
      "netlify",
      "fly",
      "flyctl",
      "heroku",
      "railway",
      "render",
      "firebase",
      "wrangler",
      "amplify",
      "eb",
      "copilot-cli",
      "expo",
      "eas",
      "fastlane",
      "ng-deploy",
      "shopify",
      "ionic",
      "capacitor-deploy",
      "zeit",
      "deployctl",
      "pm2-deploy",
      "changeset-publish",
      "auto",
      "standard-publish",
      "twine",
      "flit",
      "gem",
      "docker-publish",
      "vsce",
      "ovsx",
      "web-ext",
      "snapcraft",
      "electron-builder-publish",
      "s3-deploy",
      "helm-publish",
      "nfpm",
      "cosign",
      "skopeo",
      "crane",
      "oras",
    ].map((name) => [name, cloud("publish")]),
  ),
};

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

/** Whether a call only explains itself or only tries. */
export function helped(call: Call): boolean {
  return call.args.some((arg) =>
    /^(?:--help|--version|--dry-run(?:=\w+)?|--dryrun|-h|--check)$/.test(arg.text),
  );
}

const HANDS_OUT =
  /^(?:credentials?|print-(?:access|identity)-token|get-login-password|get-secret-value|get-session-token|get-federation-token|assume-role\S*|config:get|export-credentials|tokens?|get-access-token|access|get-credentials|get-authorization-token|secrets?\/\S+|kubeconfig)$/;

function judgeVerbs(call: Call, shell: Shell, verbs: Verbs): Stream {
  const words = call.args.filter(
    (arg, at) =>
      !arg.text.startsWith("-") &&
      !/^(?:-n|--namespace|--profile|--region|--project|--context|-C|--chdir|--cwd|--kubeconfig|--output|-o|--scope|--token)$/.test(
        call.args[at - 1]?.text ?? "",
      ),
  );
  if (
    words.some((arg) => arg.text.includes("\u0001") || HANDS_OUT.test(arg.text)) ||
    (words.some((arg) => /^secrets?$/.test(arg.text)) && !words.some((arg) => arg.text === "list"))
  )
    deny(shell, "secrets-read", "credentials would be read");
  if (helped(call)) return UNSEEN;
  const texts = words.slice(0, 4).flatMap((arg) => {
    const text = arg.text.replaceAll("_", "-");
    return /^[\w-]+:[\w-]+$/.test(text) ? [text, text.slice(text.indexOf(":") + 1)] : [text];
  });
  if (verbs.writes?.test(texts[0] ?? "") === true) judgeTree(literal("."), shell);
  const publishes =
    verbs.rule === "publish" &&
    (texts.length === 0 ||
      call.args.some((arg) => /^(?:--prod|--production|--publish|--yes)$/.test(arg.text)));
  const group = /^(?:workspace|stacks?|config|env|context|secrets?|logs|apps|devices)$/.test(texts[0] ?? "");
  const readsFirst = verbs.reads.test(texts[0] ?? "") && !group;
  const denied = texts.find((word, at) => verbs.denies.test(word) && !(readsFirst && at > 0));
  const flag = call.args.find((arg) =>
    /^--(?:delete|destroy|alter|drop|purge|terminate)(?:$|[=-])/.test(arg.text),
  );
  if (publishes || denied !== undefined || flag !== undefined)
    deny(
      shell,
      verbs.rule,
      `${call.program} ${readable(denied ?? flag?.text ?? "")} changes what others use`.replace("  ", " "),
    );
  else if (!texts.slice(0, 3).some((word) => verbs.reads.test(word)) && texts.length > 0)
    ask(shell, "unknown-program", `${call.program} ${readable(texts.join(" "))} is not known`);
  return UNSEEN;
}

const GH_READS = /^(?:view|list|status|diff|checks|search|browse|help|watch|ls)$/;

function github(call: Call, shell: Shell): Stream {
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  const [group = "", verb = ""] = words;
  if (call.args.some((arg) => arg.text === "--help" || arg.text === "--version") || group === "")
    return UNSEEN;
  if (group === "auth")
    return verb === "status"
      ? UNSEEN
      : refuse(
          shell,
          verb === "token" ? "secrets-read" : "hook-tamper",
          `gh auth ${verb} handles credentials`,
        );
  if (group === "api") return githubApi(call, shell);
  if (/^(?:secret|variable|ssh-key|gpg-key)$/.test(group))
    return /^list$/.test(verb) ? UNSEEN : refuse(shell, "secrets-read", `gh ${group} handles credentials`);
  if (group === "repo" && verb === "sync") return refuse(shell, "git-push", "gh repo sync moves branches");
  if (group === "repo" && /^(?:delete|archive|rename|edit|create|fork|unarchive|deploy-key)$/.test(verb))
    return refuse(shell, "db-cloud-destroy", `gh repo ${verb} changes a repository`);
  if (group === "repo" && verb === "clone")
    return shell.exec(
      [{ text: "git", glob: false }, { text: "clone", glob: false }, ...call.args.slice(2)],
      shell,
    );
  if (group === "pr" && /^(?:merge|checkout|update-branch|revert)$/.test(verb))
    return refuse(shell, "git-commit", `gh pr ${verb} changes branches`);
  if (
    /^(?:release|workflow|run|cache|extension|alias|config|codespace|gist|ruleset|label|project)$/.test(group)
  ) {
    if (GH_READS.test(verb) || verb === "get" || verb === "") return UNSEEN;
    if (verb === "download") return refuse(shell, "scope-write", "gh would write files");
    return refuse(
      shell,
      group === "release" || group === "gist"
        ? "publish"
        : group === "extension" || group === "alias" || group === "config"
          ? "hook-tamper"
          : "db-cloud-destroy",
      `gh ${group} ${verb} changes what others use`,
    );
  }
  if (group === "issue" && /^(?:delete|transfer)$/.test(verb))
    return refuse(shell, "db-cloud-destroy", "gh would delete an issue");
  if (group === "status" || group === "search" || group === "browse" || GH_READS.test(verb)) return UNSEEN;
  ask(shell, "opaque", `gh ${group} ${verb} speaks to others in the person's name`);
  return UNSEEN;
}

function githubApi(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args.slice(1), {
    short: "XfFHqt",
    long: ["--method", "--field", "--raw-field", "--header", "--jq", "--template", "--input"],
  });
  const method = options.values("-X", "--method")[0]?.text.toUpperCase();
  const writes =
    method === undefined
      ? options.has("-f", "-F", "--field", "--raw-field", "--input")
      : method !== "GET" && method !== "HEAD";
  return writes ? refuse(shell, "db-cloud-destroy", "gh api would change something") : UNSEEN;
}

function refuse(shell: Shell, rule: RuleId, step: string): Stream {
  deny(shell, rule, step);
  return UNSEEN;
}
