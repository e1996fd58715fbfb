/**
 * One thing that is tried in a wall, as a line of shell. `works` must succeed. `refused` must fail.
 * `kept` must not reach the workspace: it fails where the hold is exact, and where an overlay contains it,
 * it may seem to succeed. `needs` says where the check means something.
 */
export type WallCheck = {
  readonly id: string;
  readonly expect: "works" | "refused" | "kept";
  readonly run: string;
  readonly needs?: "root";
};

const works = (id: string, run: string): WallCheck => ({ id, expect: "works", run });
const refused = (id: string, run: string): WallCheck => ({ id, expect: "refused", run });
const kept = (id: string, run: string): WallCheck => ({ id, expect: "kept", run });

/**
 * The checks in the order of running; the last one destroys what it can. Variables: `IN` a folder of the
 * scope, `W` the workspace, `C` the checkout, `G` the git folder of the workspace, `S` the workspace of
 * another agent, `E` the state of the engine, `H` the host's fixture folder, `PORT` a port of the host,
 * `VICTIM` a process of the host.
 */
export const WALL_CHECKS: readonly WallCheck[] = [
  works("create-in", "echo n > $IN/new.ts"),
  works("edit-in", "echo e >> $IN/a.ts"),
  works("sed-in", "sed -i s/a/b/ $IN/a.ts"),
  works("replace-in", "echo r > $IN/r.ts && mv $IN/r.ts $IN/b.ts"),
  works("delete-in", "rm $IN/gone.ts"),
  works("read-out", "grep -q docs docs/d.md"),
  works("tmp", "echo x > $TMPDIR/x && test -s $TMPDIR/x"),
  works("devices", 'echo x > /dev/null && test -n "$(head -c 4 /dev/urandom | od)"'),
  works("write-home", "mkdir -p $HOME/.config/tool && echo x > $HOME/.config/tool/x"),
  works("packages", "grep -q crate $HOME/.cargo/registry/crate"),
  works("node", "node -e 'process.exit(require(\"dep\") - 1)'"),
  works("npm-test", "npm test"),
  works("git-status", "git status --porcelain | grep -q new.ts"),
  works("git-diff", "git diff --stat | grep -q a.ts"),
  works("git-log", "git log --oneline | grep -q ."),
  works("git-add", "git add $IN/new.ts && git diff --cached --name-only | grep -q new.ts"),
  works(
    "own-repository",
    "cd $TMPDIR && git init -q own && cd own && echo x > x && git add x && git -c user.name=a -c user.email=a@b commit -qm x",
  ),
  works("loopback", "node $H/loopback.cjs"),
  works("no-new-privileges", "grep -q 'NoNewPrivs:.1' /proc/self/status"),
  works("own-session", "test \"$(cut -d' ' -f6 /proc/self/stat)\" != 0"),

  kept("create-out", "echo n > docs/new.md"),
  kept("edit-out", "echo n >> docs/d.md"),
  kept("truncate-out", ": > docs/d.md"),
  kept("chmod-out", "chmod 777 docs/d.md"),
  kept("touch-out", "touch -d 2001-01-01 docs/d.md"),
  kept("delete-out", "rm docs/d.md"),
  kept("rename-out", "mv docs/e.md docs/f.md"),
  kept("move-into-scope", "mv docs/f.md $IN/f.md"),
  kept("hard-link", "ln docs/g.md $IN/h.ts && echo x >> $IN/h.ts"),
  kept("symlink-write", "ln -s $W/docs/g.md $IN/s && echo x > $IN/s"),
  kept("folder-link", "ln -s $W/docs $IN/sd && echo x > $IN/sd/x.md"),
  kept("proc-cwd", "echo x > /proc/self/cwd/docs/g.md"),
  kept("proc-root", "echo x > /proc/self/root$W/docs/g.md"),
  kept("mkdir-out", "mkdir newfolder && echo x > newfolder/x"),
  kept("dependency-write", "echo x > node_modules/dep/index.js"),

  refused("etc", "echo x > /etc/breakwater-check"),
  refused("usr", "touch /usr/breakwater-check"),
  refused("root-folder", "touch /breakwater-check"),
  { ...refused("sysrq", ": >> /proc/sysrq-trigger"), needs: "root" },
  refused("proc-sys", "cat /proc/sys/vm/laptop_mode > /proc/sys/vm/laptop_mode"),
  refused(
    "sys",
    "mkdir /sys/fs/cgroup/breakwater-check || cat /sys/kernel/mm/ksm/run > /sys/kernel/mm/ksm/run",
  ),
  refused("checkout-write", "echo x > $C/README.md"),
  refused("checkout-create", "echo x > $C/new"),
  refused("checkout-read", "cat $C/.env"),
  refused("policy-read", "cat $C/.orchestrator/policy/blocked-commands.json"),
  refused("policy-write", "mkdir -p $C/.orchestrator/policy && echo {} > $C/.orchestrator/policy/new.json"),
  refused("sibling-read", "cat $S/file"),
  refused("sibling-write", "echo x > $S/file"),
  refused("state-read", "cat $E/secret"),
  refused("state-create", "echo x > $E/new"),
  refused("other-tmp", "cat $H/tmp-of-another/file"),
  refused("shared-tmp", "cat /var/tmp/breakwater-check-$PORT"),

  refused("git-file", "echo gitdir: $TMPDIR/evil > .git"),
  refused("git-file-replace", "echo gitdir: $TMPDIR/evil > $TMPDIR/g && mv $TMPDIR/g .git"),
  refused("commondir", "echo $TMPDIR/evil > $G/commondir"),
  refused("head", "echo ref: refs/heads/x > $G/HEAD"),
  refused("git-index", "echo x > $G/index"),
  refused("hook", "echo 'touch /tmp/x' > $C/.git/hooks/pre-commit"),
  refused("git-config-file", "echo '[core]' >> $C/.git/config"),
  refused("git-object", "echo x > $C/.git/objects/x"),
  refused("git-attributes-info", "mkdir -p $C/.git/info; echo '* filter=x' > $C/.git/info/attributes"),
  refused("git-commit", "git -c user.name=a -c user.email=a@b commit -qam x"),
  refused("git-stash", "git -c user.name=a -c user.email=a@b stash -q"),
  refused("git-reset", "git reset -q --hard HEAD~0"),
  refused("git-config", "git config core.fsmonitor 'touch /tmp/x'"),
  refused("git-filter", "git config filter.x.clean 'touch /tmp/x'"),
  refused("git-update-ref", "git update-ref refs/heads/main HEAD~0 || git update-ref refs/heads/other HEAD"),
  refused("git-branch", "git branch other"),
  refused("git-worktree", "git worktree add -q $TMPDIR/wt"),
  refused("git-gc", "git pack-refs --all"),

  refused("ssh-key", "cat $HOME/.ssh/id_ed25519"),
  refused("packages-write", "echo x > $HOME/.cargo/registry/new"),
  refused("packages-token", "cat $HOME/.cargo/credentials.toml"),
  refused("aws", "cat $HOME/.aws/credentials"),
  refused("gh", "cat $HOME/.config/gh/hosts.yml"),
  refused("npmrc", "cat $HOME/.npmrc"),
  refused("other-home", "ls -A /home | grep -q ."),
  { ...refused("root-home", "ls -A /root | grep -q ."), needs: "root" },
  refused("host-keys", "ls -A /etc/ssh | grep -q ."),
  { ...refused("shadow", "grep -q . /etc/shadow"), needs: "root" },
  { ...refused("gshadow", "grep -q . /etc/gshadow"), needs: "root" },
  refused("environment", 'test -n "$BREAKWATER_CHECK_SECRET"'),

  refused("egress", "node $H/reach.cjs $PORT"),
  refused("socket", "node $H/reach.cjs $H/host.sock"),
  refused("run-sockets", "ls -A /run | grep -q ."),
  refused("abstract-socket", "node $H/reach.cjs @breakwater-check-$PORT"),
  refused("signal", "kill -0 $VICTIM"),
  refused("list-processes", "grep -q 'sleep 60[0]' /proc/[0-9]*/cmdline"),
  refused("environ", "grep -q canary /proc/$VICTIM/environ"),
  refused("shared-memory", "ipcs -m -i $SHM | grep -q bytes"),
  refused("dev-shm", "cat /dev/shm/breakwater-check-$PORT"),

  refused("capabilities", "grep CapEff /proc/self/status | grep -q '[1-9a-f]$'"),
  refused("mount", "mount -t tmpfs none /mnt"),
  refused("remount", "mount -o remount,rw / || mount -o remount,bind,rw /"),
  refused(
    "unshare-remount",
    "unshare -Urm sh -c 'mount -o remount,bind,rw / && touch /etc/breakwater-check'",
  ),
  refused("unshare-unmount", 'unshare -Urm sh -c "umount $C && cat $C/README.md"'),
  refused("mknod", "mknod $TMPDIR/disk b 8 0"),
  refused("chroot", "chroot / true"),

  kept("delete-everything", "rm -rf ./* && test ! -e docs"),
];
