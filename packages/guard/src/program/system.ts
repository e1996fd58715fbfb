import { literal, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell, subshell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import type { RuleId } from "../rule/registry.ts";
import { executeText } from "./execute.ts";
import { judgeTarget } from "./write-access.ts";
import { readOptions } from "./option.ts";

/** Programs that act on the machine, its devices, users, services or other processes. */
export const SYSTEM: readonly (readonly [string, Handler])[] = [
  ...always(
    "system-destroy",
    `mkfs mkswap wipefs fdisk sfdisk gdisk sgdisk parted partprobe blkdiscard badblocks hdparm
    fkill fkill-cli tree-kill npkill taskkill wall loginctl salt
    shutdown reboot poweroff halt init telinit renice pkill killall killall5 xkill skill snice fuser_kill swapoff losetup
    cryptsetup lvremove vgremove pvremove mdadm zpool zfs btrfs nvme dmsetup debugfs tune2fs e2fsck fsck resize2fs
    iptables ip6tables nft ufw firewall-cmd ifconfig route arp tc sysctl modprobe insmod rmmod kexec grub-install
    update-grub efibootmgr userdel useradd usermod groupadd groupdel passwd chpasswd visudo chsh chfn hostnamectl
    timedatectl update-alternatives ldconfig apt apt-get dpkg yum dnf rpm zypper pacman apk brew port snap flatpak
    nix-env emerge choco scoop winget defaults launchctl scutil nvram csrutil tmutil diskutil pmset spctl`,
  ),
  ...always(
    "privilege",
    "mount umount fusermount pivot_root setcap setenforce aa-exec newuidmap newgidmap cgexec polkit",
  ),
  ...always(
    "secrets-read",
    "security pass gpg gpg2 secret-tool keyring op bw lpass vault aws-vault keychain ssh-add ssh-copy-id ssh-keyscan ssh-agent gcore doppler infisical chamber sops age",
  ),
  [
    "crontab",
    (call, shell) =>
      call.args.length === 1 && call.args[0]?.text === "-l" ? UNSEEN : refuse(call, shell, "system-destroy"),
  ],
  [
    "systemctl",
    (call, shell) => services(call, shell, /^(?:status|list-\S*|show|is-\S*|cat|help|--version)$/),
  ],
  [
    "service",
    (call, shell) => (call.args.at(-1)?.text === "status" ? UNSEEN : refuse(call, shell, "system-destroy")),
  ],
  [
    "ip",
    (call, shell) => services(call, shell, /^(?:a|addr|address|r|route|link|l|n|neigh|-\w+|show|list)$/),
  ],
  [
    "fuser",
    (call, shell) =>
      readOptions(call.args).has("-k", "--kill") ? refuse(call, shell, "system-destroy") : UNSEEN,
  ],
  ["ssh-keygen", (call, shell) => keygen(call, shell)],
  ["kill-port", (call, shell) => refuse(call, shell, "system-destroy")],
  ...["gdb", "lldb"].map((name) => [name, debug] as const),
  ...[
    "docker",
    "podman",
    "nerdctl",
    "docker-compose",
    "podman-compose",
    "buildah",
    "lxc",
    "lxd",
    "ctr",
    "crictl",
  ].map((name) => [name, container] as const),
];

function always(rule: RuleId, names: string): readonly (readonly [string, Handler])[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, (call: Call, shell: Shell) => unlessHelp(call, shell, rule)]);
}

function unlessHelp(call: Call, shell: Shell, rule: RuleId): Stream {
  const [first] = call.args;
  if (call.args.length === 1 && /^(?:--help|--version|-V|-h|list|--list|-l)$/.test(first?.text ?? ""))
    return UNSEEN;
  if (
    /^(?:apt|apt-get|apt-cache|dpkg|brew|pacman|dnf|yum|rpm|apk)$/.test(call.program) &&
    /^(?:list|show|search|info|policy|-l|-L|-s|-qa?|-Q\w*|-S[si]|--list|deps|leaves|config|doctor|home|outdated)$/.test(
      first?.text ?? "",
    )
  )
    return UNSEEN;
  if (call.program === "sysctl" && !call.args.some((arg) => /=|^-[wp]/.test(arg.text))) return UNSEEN;
  if (
    /^(?:gpg2?|sops|age)$/.test(call.program) &&
    /^--?(?:verify|version|list-keys|k)$/.test(first?.text ?? "")
  )
    return UNSEEN;
  return refuse(call, shell, rule);
}

function refuse(call: Call, shell: Shell, rule: RuleId): Stream {
  deny(shell, rule, `${call.program} acts on more than this task's work`);
  return UNSEEN;
}

function services(call: Call, shell: Shell, reads: RegExp): Stream {
  const verbs = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  return verbs.slice(0, 2).some((verb) => reads.test(verb)) &&
    !verbs.some((verb) => /^(?:add|del|set|flush|change|replace)$/.test(verb))
    ? UNSEEN
    : refuse(call, shell, "system-destroy");
}

function keygen(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, { short: "tfCNbPEFRDIYnsOV" });
  if (options.has("-l", "-Y") && !options.has("-R")) return UNSEEN;
  judgeTarget(options.values("-f")[0] ?? literal(`${shell.policy.home}/.ssh/id_rsa`), shell, "file");
  return UNSEEN;
}

/** A debugger enters processes and runs commands of the shell. */
function debug(call: Call, shell: Shell): Stream {
  if (call.args.length === 1 && /^--(?:version|help)$/.test(call.args[0]?.text ?? "")) return UNSEEN;
  call.args.forEach((arg, at) => {
    const command = /^-{1,2}(?:i?ex|eval-command|init-eval-command|o|one-line|O)$/.test(
      call.args[at - 1]?.text ?? "",
    )
      ? /^(?:shell|!|platform shell)\s*(.*)$/.exec(arg.text)?.[1]
      : undefined;
    if (command !== undefined) executeText(command, shell, "shell");
  });
  const at = call.args.findIndex((arg) => /^-{1,2}(?:args)?$/.test(arg.text));
  if (at >= 0) shell.exec(call.args.slice(at + 1), shell, call.stdin);
  if (call.args.some((arg) => /^-{1,2}(?:p|pid|attach-pid)$/.test(arg.text)))
    refuse(call, shell, "secrets-read");
  ask(shell, "opaque", "a debugger runs anything");
  return UNSEEN;
}

const CONTAINER_READS =
  /^(?:ps|images|inspect|logs|version|info|top|stats|port|history|search|diff|events|ls|list|config|--version|-v|--help|help|manifest|df|show)$/;
const CONTAINER_DESTROYS =
  /^(?:rm|rmi|prune|kill|down|remove|purge|delete|destroy|stop|restart|pause|reset|use)$/;
const HOST_ACCESS =
  /^(?:--privileged|--pid=host|--net(?:work)?=host|--ipc=host|--userns=host|--cap-add.*|--device.*|--security-opt.*|--uts=host|--cgroupns=host|--volumes-from.*)$/;

/** Containers reach the host by their mounts; their data is thrown away by their verbs. */
function container(call: Call, shell: Shell): Stream {
  if (call.args.at(-1)?.text === "--help") return UNSEEN;
  const operands = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  const verb = operands[0] ?? call.args[0]?.text ?? "";
  const second = operands[1] ?? "";
  if (call.args.some((arg) => HOST_ACCESS.test(arg.text)) || mountsHost(call))
    return refuse(call, shell, "privilege");
  if (
    /^(?:push|login|logout)$/.test(verb) ||
    second === "push" ||
    call.args.some((arg) => arg.text === "--push")
  )
    return refuse(call, shell, "publish");
  const nested =
    /^(?:system|volume|image|container|context|network|compose|builder|buildx|pod|stack|swarm|service|secret|node|plugin|machine)$/.test(
      verb,
    );
  const acts = nested || verb === "docker" ? composeVerb(operands) : verb;
  if (CONTAINER_DESTROYS.test(acts) || /^(?:swarm|machine)$/.test(verb))
    return refuse(call, shell, "db-cloud-destroy");
  if (CONTAINER_READS.test(acts)) return UNSEEN;
  if (/^(?:exec|run)$/.test(acts)) judgeInside(call, acts, shell);
  ask(shell, "opaque", `what ${call.program} ${readable(acts)} runs is not visible`);
  return UNSEEN;
}

/** What a program in a container destroys is destroyed outside too; what it writes is judged by nobody. */
function judgeInside(call: Call, verb: string, shell: Shell): void {
  const rest = call.args.slice(call.args.findIndex((arg) => arg.text === verb) + 1);
  const options = readOptions(rest, {
    short: "eupwvlhnmac",
    long: [
      "--env",
      "--user",
      "--workdir",
      "--name",
      "--volume",
      "--network",
      "--entrypoint",
      "--publish",
      "--mount",
    ],
    stopAtOperand: true,
  });
  const { findings } = shell.trace;
  const before = findings.length;
  shell.exec(options.operands.slice(1), subshell(shell), call.stdin);
  const grave = findings
    .splice(before)
    .filter((finding) =>
      /^(?:db-cloud-destroy|rm-recursive|publish|git-push|remote-exec|secrets-read)$/.test(finding.rule),
    );
  findings.push(...grave);
}

function composeVerb(operands: readonly string[]): string {
  return (
    operands
      .slice(1)
      .find(
        (word) =>
          CONTAINER_DESTROYS.test(word) ||
          CONTAINER_READS.test(word) ||
          /^(?:up|run|exec|build|create|pull|start|cp)$/.test(word),
      ) ??
    operands[1] ??
    ""
  );
}

function mountsHost(call: Call): boolean {
  return call.args.some((arg, at) => {
    const before = call.args[at - 1]?.text ?? "";
    const value = /^(?:-v|--volume|--mount)$/.test(before)
      ? arg.text
      : /^(?:-v|--volume=|--mount=)(.+)$/.exec(arg.text)?.[1];
    if (value === undefined) return false;
    const source = /(?:^|,)(?:source|src)=([^,]*)/.exec(value)?.[1] ?? value.split(":")[0] ?? "";
    return value.includes("docker.sock") || /^(?:\/|~|\.\.|\$|\u0000)/.test(source);
  });
}
