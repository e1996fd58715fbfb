/*
 * breakwater-hook --door FOLDER [--protocol NAME]: hands the call on stdin to the door in FOLDER and prints
 * its answer (docs/spec/door.md). Exit 0 or 2 as the door says; whatever goes wrong is exit 2, a denial.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FRAME "breakwater-door/1"
#define MOST_PAYLOAD (1024 * 1024)
#define MOST_ANSWER (64 * 1024)
#define PATIENCE_MS 1500
#define INPUT_PATIENCE_MS 5000

static char payload[MOST_PAYLOAD + 1];
static char answer[MOST_ANSWER + 1];

static void write_all(int fd, const char *text, size_t size) {
  while (size > 0) {
    ssize_t done = write(fd, text, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) _exit(2);
    text += done;
    size -= (size_t)done;
  }
}

static void deny(void) {
  static const char text[] =
      "The guard did not answer, so this call does not run. Report STATUS: partial when this goes on.\n";
  write_all(2, text, sizeof text - 1);
  _exit(2);
}

static long now_ms(void) {
  struct timespec at;
  if (clock_gettime(CLOCK_MONOTONIC, &at) != 0) deny();
  return at.tv_sec * 1000L + at.tv_nsec / 1000000L;
}

static void wait_for(int fd, short events, long deadline) {
  for (;;) {
    long left = deadline - now_ms();
    struct pollfd each = {fd, events, 0};
    int ready = left <= 0 ? 0 : poll(&each, 1, (int)left);
    if (ready > 0) return;
    if (ready == 0 || errno != EINTR) deny();
  }
}

/* Reads to the end of a stream; more than `most` bytes, an error or a deadline denies. */
static size_t read_to_end(int fd, char *into, size_t most, long deadline) {
  size_t size = 0;
  for (;;) {
    wait_for(fd, POLLIN, deadline);
    ssize_t got = read(fd, into + size, most + 1 - size);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) deny();
    if (got == 0) return size;
    size += (size_t)got;
    if (size > most) deny();
  }
}

static void send_all(int fd, const char *text, size_t size, long deadline) {
  while (size > 0) {
    ssize_t done = send(fd, text, size, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) {
      wait_for(fd, POLLOUT, deadline);
      continue;
    }
    if (done <= 0) deny();
    text += done;
    size -= (size_t)done;
  }
}

static void read_token(const char *folder, char *token, size_t room) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/token", folder);
  if (length < 0 || (size_t)length >= sizeof path) deny();
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) deny();
  ssize_t size = read(fd, token, room - 1);
  close(fd);
  if (size <= 0) deny();
  token[size] = 0;
  token[strcspn(token, "\r\n")] = 0;
  if (strlen(token) < 16 || strchr(token, ' ') != NULL) deny();
}

static int connect_to(const char *folder) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
  if (length < 0 || (size_t)length >= sizeof address.sun_path) deny();
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  /* A door that is frozen leaves its queue full; waiting for a place in it could take for ever. */
  if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) deny();
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) deny();
  return fd;
}

static int is_word(const char *text) {
  size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
  return size > 0 && size <= 20 && text[size] == 0;
}

/* One to six digits up to `end`, and the character after them; anything else denies. */
static size_t read_count(const char **at, char end) {
  size_t count = 0, digits = 0;
  for (; **at >= '0' && **at <= '9'; *at += 1, digits += 1) {
    if (digits == 6) deny();
    count = count * 10 + (size_t)(**at - '0');
  }
  if (digits == 0 || **at != end) deny();
  *at += 1;
  return count;
}

/* Prints an answer that is exactly one frame; anything else denies. `answer` ends with a NUL. */
static void print_answer(size_t size) {
  static const char head[] = FRAME " ";
  const char *at = answer + sizeof head - 1;
  answer[size] = 0;
  if (size < sizeof head || memcmp(answer, head, sizeof head - 1) != 0) deny();
  size_t code = read_count(&at, ' '), out = read_count(&at, ' '), error = read_count(&at, '\n');
  if ((code != 0 && code != 2) || out + error != size - (size_t)(at - answer)) deny();
  write_all(2, at + out, error);
  write_all(1, at, out);
  _exit((int)code);
}

int main(int count, char **words) {
  const char *folder = getenv("BREAKWATER_DOOR"), *protocol = "auto";
  char token[256], head[512];
  signal(SIGPIPE, SIG_IGN);
  for (int at = 1; at < count; at += 2) {
    if (at + 1 >= count) deny();
    if (strcmp(words[at], "--door") == 0) folder = words[at + 1];
    else if (strcmp(words[at], "--protocol") == 0) protocol = words[at + 1];
    else deny();
  }
  if (folder == NULL || folder[0] != '/' || !is_word(protocol)) deny();
  read_token(folder, token, sizeof token);
  size_t size = read_to_end(0, payload, MOST_PAYLOAD, now_ms() + INPUT_PATIENCE_MS);
  long deadline = now_ms() + PATIENCE_MS;
  int length = snprintf(head, sizeof head, FRAME " %s %s %zu\n", token, protocol, size);
  if (length < 0 || (size_t)length >= sizeof head) deny();
  int door = connect_to(folder);
  send_all(door, head, (size_t)length, deadline);
  send_all(door, payload, size, deadline);
  print_answer(read_to_end(door, answer, MOST_ANSWER, deadline));
  return 2;
}
