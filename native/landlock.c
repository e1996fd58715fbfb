/*
 * breakwater-landlock [--net-none] [--die-with-parent] [--read PATH]... [--write PATH]... -- COMMAND...
 *
 * Restricts itself by Landlock to the named paths, gives up every capability and becomes COMMAND. What is
 * not named can be neither opened nor changed. A path that is not there is left out; links are not followed. Exit code 125 where a
 * restriction cannot be made: COMMAND never runs with less than was asked for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the kernel's own numbers, since headers are often older than the kernel. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { VERSION_FLAG = 1, PATH_BENEATH = 1 };
enum { EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3 };
enum { REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15 };
enum { FIRST_RIGHTS = (1 << 13) - 1 };
enum { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };
enum { CANNOT_RESTRICT = 125, CANNOT_RUN = 126 };

struct ruleset {
  uint64_t fs, net, scoped;
};
struct beneath {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

static void stop(const char *doing) {
  fprintf(stderr, "breakwater-landlock: %s: %s\n", doing, strerror(errno));
  exit(CANNOT_RESTRICT);
}

static void write_map(const char *file, const char *text) {
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) stop(file);
  close(fd);
}

/* As root a network of our own needs no user namespace; for others, and in containers, it does. */
static void leave_network(void) {
  uid_t uid = getuid();
  gid_t gid = getgid();
  char map[64];
  if (unshare(CLONE_NEWNET) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) stop("leaving the network");
    write_map("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", uid, uid);
    write_map("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", gid, gid);
    write_map("/proc/self/gid_map", map);
  }
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback) != 0) stop("starting the loopback");
  close(fd);
}

/* What cannot be dropped here, without the right to, is kept from coming back by "no new privileges". Without them root is a user like any other: other processes' memory and environment stay closed. */
static void drop_capabilities(void) {
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[2] = {{0}};
  prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                               SECBIT_NO_SETUID_FIXUP_LOCKED, 0, 0, 0);
  for (int cap = 0; cap < 64; cap += 1) prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &head, none) != 0) stop("dropping capabilities");
}

static uint64_t rights_of(int abi) {
  uint64_t rights = FIRST_RIGHTS;
  if (abi >= 2) rights |= REFER;
  if (abi >= 3) rights |= TRUNCATE;
  if (abi >= 5) rights |= IOCTL_DEV;
  return rights;
}

static void allow(int ruleset, const char *path, uint64_t rights) {
  struct stat found;
  struct beneath rule = {.parent = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC)};
  if (rule.parent < 0) return;
  if (fstat(rule.parent, &found) != 0) stop(path);
  rule.allowed = S_ISDIR(found.st_mode)
                     ? rights
                     : rights & (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV);
  if (syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0) != 0) stop(path);
  close(rule.parent);
}

static void restrict_self(char **words) {
  int abi = (int)syscall(CREATE_RULESET, NULL, 0, VERSION_FLAG);
  if (abi < 1) stop("Landlock");
  uint64_t rights = rights_of(abi);
  struct ruleset wanted = {.fs = rights, .scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL};
  size_t size = abi >= 6 ? sizeof wanted : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  int ruleset = (int)syscall(CREATE_RULESET, &wanted, size, 0);
  if (ruleset < 0) stop("making a ruleset");
  for (; *words != NULL && strcmp(*words, "--") != 0; words += 1) {
    if (strcmp(*words, "--read") == 0 && words[1] != NULL)
      allow(ruleset, *++words, EXECUTE | READ_FILE | READ_DIR);
    else if (strcmp(*words, "--write") == 0 && words[1] != NULL)
      allow(ruleset, *++words, rights);
  }
  if (syscall(RESTRICT_SELF, ruleset, 0) != 0) stop("restricting");
  close(ruleset);
}

int main(int count, char **words) {
  int at = 1;
  for (; at < count && strcmp(words[at], "--") != 0; at += 1) {
    if (strcmp(words[at], "--net-none") == 0) leave_network();
    else if (strcmp(words[at], "--die-with-parent") == 0) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    else if (strcmp(words[at], "--read") == 0 || strcmp(words[at], "--write") == 0) at += 1;
    else {
      fprintf(stderr, "breakwater-landlock: unknown word %s\n", words[at]);
      return CANNOT_RESTRICT;
    }
  }
  if (at + 1 >= count) {
    fputs("breakwater-landlock: no command\n", stderr);
    return CANNOT_RESTRICT;
  }
  drop_capabilities();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) stop("giving up new privileges");
  restrict_self(words + 1);
  execvp(words[at + 1], words + at + 1);
  fprintf(stderr, "breakwater-landlock: %s: %s\n", words[at + 1], strerror(errno));
  return errno == ENOENT ? 127 : CANNOT_RUN;
}
