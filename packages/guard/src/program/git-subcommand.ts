import type { RuleId } from "../rule/registry.ts";

/** Subcommands that only read, whatever their arguments but those judged for every subcommand. */
export const READING: ReadonlySet<string> = new Set(
  `status diff log show blame annotate rev-parse rev-list ls-files ls-tree ls-remote cat-file describe shortlog grep
  for-each-ref name-rev merge-base diff-tree diff-index diff-files show-ref show-branch var version help count-objects
  check-ignore check-attr check-mailmap check-ref-format cherry whatchanged range-diff verify-commit verify-tag
  verify-pack fsck column stripspace interpret-trailers patch-id get-tar-commit-id merge-tree diff-pairs last-modified
  fmt-merge-msg unpack-file hash-object write-tree mktree mailinfo backfill-status url-parse`.split(/\s+/),
);

/** Subcommands that always write, and the rule that refuses them. */
export const WRITING: ReadonlyMap<string, RuleId> = new Map<string, RuleId>([
  ...rows(
    "git-discard",
    `checkout-index read-tree update-index rerere bisect sparse-checkout undo restore-all
    discard nuke unstage-all`,
  ),
  ...rows(
    "git-commit",
    `commit merge cherry-pick revert rebase pull am update-ref symbolic-ref prune
    filter-branch filter-repo replace gc repack pack-refs prune-packed commit-tree commit-graph
    multi-pack-index maintenance fast-import unpack-objects index-pack pack-objects mktag citool gui flow quiltimport
    svn p4 cvsimport history refs backfill subtree imerge absorb fetch-pack clone-pack pack-redundant cz
    town machete branchless spice stack trim sync up extras amend fixup squash init-db`,
  ),
  ...rows(
    "git-push",
    `push send-pack send-email request-pull http-push imap-send upload-archive receive-pack upload-pack
    daemon http-backend shell instaweb cvsserver push-all`,
  ),
  ...rows("secrets-read", `credential credential-store credential-cache credential-manager`),
  ...rows("env-exec", `remote-ext remote-fd sh-setup sh-i18n web--browse mergetool--lib`),
]);

function rows(rule: RuleId, names: string): readonly (readonly [string, RuleId])[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, rule]);
}
