/* Message pipes with many users, in processes and threads, and users that are killed. */
#include "begin-test.h"
#include "pipe-check.h"
#include <sys/mman.h>

/* Both directions at once, messages of all sizes, an echo. */
static void echo(void) {
  struct hd_pipe parent, other;
  CHECK_OK(hd_pipe_create(&parent, &other, "echo"));
  IN_CHILD(child) {
    hd_pipe_close(&parent);
    void *message;
    size_t bytes;
    while (hd_pipe_receive_new(&other, &message, &bytes) == HD_OK) {
      CHECK_OK(hd_pipe_send(&other, message, bytes));
      free(message);
    }
    _exit(0);
  }
  hd_pipe_close(&other);
  for (unsigned i = 0; i < 300; i++) {
    size_t bytes, size = (size_t)i * i * (i % 5);
    char *message = message_of(size, i);
    void *received;
    CHECK_OK(hd_pipe_send(&parent, message, size));
    CHECK_OK(hd_pipe_receive_new_timed(&parent, &received, LONG_NS, &bytes));
    CHECK(bytes == size && memcmp(message, received, bytes) == 0);
    free(message);
    free(received);
  }
  hd_pipe_close(&parent);
  ends_well(child);
}

/* Many senders and receivers, in processes and threads: each message arrives once and whole, those of one sender that one receiver gets in
 * order. */
enum { SENDERS = 4, RECEIVERS = 3, MESSAGES = 400 };
struct seen {
  unsigned times[SENDERS][MESSAGES];
};
struct header {
  unsigned sender, number;
};

static void send_many(struct hd_pipe *sender, unsigned who) {
  for (unsigned i = 0; i < MESSAGES; i++) {
    size_t bytes = sizeof(struct header) + (i % 50 == 49 ? 100000 : i * 11 % 3000);
    char *message = message_of(bytes, who);
    *(struct header *)message = (struct header){who, i};
    CHECK_OK(hd_pipe_send(sender, message, bytes));
    free(message);
  }
}
static void receive_many(struct hd_pipe *receiver, struct seen *seen) {
  unsigned next[SENDERS] = {0};
  for (;;) {
    struct header *message;
    size_t bytes;
    int error = hd_pipe_receive_new(receiver, (void **)&message, &bytes);
    if (error == HD_ERROR_END_OF_FILE) return;
    CHECK_OK(error);
    struct header header = *message;
    CHECK(bytes >= sizeof header && header.sender < SENDERS && header.number < MESSAGES);
    CHECK(bytes == sizeof header + (header.number % 50 == 49 ? 100000 : header.number * 11 % 3000));
    char *expected = message_of(bytes, header.sender);
    CHECK(memcmp((char *)message + sizeof header, expected + sizeof header, bytes - sizeof header) == 0);
    free(expected);
    free(message);
    CHECK(header.number >= next[header.sender]);
    next[header.sender] = header.number + 1;
    COUNT(seen->times[header.sender][header.number]);
  }
}
static struct {
  struct hd_pipe *receiver;
  struct seen *seen;
} both;
static void *receive_in_thread(void *unused) {
  receive_many(both.receiver, both.seen);
  return unused;
}

static void many(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, "many"));
  struct seen *seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(seen != MAP_FAILED);
  pid_t children[SENDERS + RECEIVERS];
  for (unsigned i = 0; i < SENDERS + RECEIVERS; i++) {
    IN_CHILD(child) {
      if (i < SENDERS) {
        hd_pipe_close(&receiver);
        send_many(&sender, i);
      } else {
        hd_pipe_close(&sender);
        receive_many(&receiver, seen);
      }
      _exit(0);
    }
    children[i] = child;
  }
  hd_pipe_close(&sender);
  both.receiver = &receiver;
  both.seen = seen;
  struct bunch bunch;
  bunch_start(&bunch, 2, receive_in_thread, NULL);
  bunch_join(&bunch);
  for (unsigned i = 0; i < SENDERS + RECEIVERS; i++) ends_well(children[i]);
  for (unsigned i = 0; i < SENDERS; i++)
    for (unsigned k = 0; k < MESSAGES; k++) CHECK(seen->times[i][k] == 1);
  hd_pipe_close(&receiver);
  munmap(seen, sizeof *seen);
}

/* Users that are killed anywhere: the messages of the others come whole. */
static void killed(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  for (unsigned round = 0; round < 20; round++) {
    IN_CHILD(victim) {
      char *message = message_of(round % 2 ? 300000 : 300, 1);
      void *received;
      size_t bytes;
      for (;;) {
        CHECK_OK(hd_pipe_send(&sender, message, round % 2 ? 300000 : 300));
        if (round % 4 < 2) CHECK_OK(hd_pipe_receive_new(&receiver, &received, &bytes));
      }
    }
    usleep(1000 + round * 137);
    kill_child(victim);
    void *message;
    size_t bytes;
    while (hd_pipe_receive_new_timed(&receiver, &message, 0, &bytes) == HD_OK) {
      CHECK((bytes == 300 || bytes == 300000) && is_message_of(message, bytes, 1));
      free(message);
    }
    CHECK_OK(hd_pipe_send_timed(&sender, "alive", 5, LONG_NS));
    CHECK_OK(hd_pipe_receive_new_timed(&receiver, &message, LONG_NS, &bytes));
    CHECK(bytes == 5);
    free(message);
  }
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
}

/* The receiver is killed: who sends to it learns it. */
static void killed_receiver(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  IN_CHILD(child) for (;;) pause();
  hd_pipe_close(&receiver);
  CHECK_OK(hd_pipe_send(&sender, "x", 1));
  kill_child(child);
  CHECK_ERROR(hd_pipe_send(&sender, "x", 1), HD_ERROR_CLOSED);
  hd_pipe_close(&sender);
}

/* Threads whose buffers are too small, and one that takes what they left, all from one end. */
static void *receive_small(void *receiver) {
  char buffer[10];
  size_t bytes;
  for (int i = 0; i < 200; i++) {
    int error = hd_pipe_receive_timed(receiver, buffer, sizeof buffer, 0, &bytes);
    CHECK(error == HD_ERROR_TOO_SMALL || error == HD_ERROR_TIMEOUT);
  }
  return NULL;
}
static void too_small_in_threads(void) {
  struct hd_pipe receiver, sender;
  unsigned seen[100] = {0};
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  char message[100] = {0};
  for (unsigned char i = 0; i < 100; i++) {
    message[0] = (char)i;
    CHECK_OK(hd_pipe_send(&sender, message, sizeof message));
  }
  struct bunch bunch;
  bunch_start(&bunch, 4, receive_small, &receiver);
  for (int i = 0; i < 100; i++) {
    size_t bytes;
    int error;
    while ((error = hd_pipe_receive_timed(&receiver, message, sizeof message, 0, &bytes)) == HD_ERROR_TIMEOUT) usleep(100);
    CHECK_OK(error);
    seen[(unsigned char)message[0]]++;
  }
  bunch_join(&bunch);
  for (int i = 0; i < 100; i++) CHECK(seen[i] == 1);
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
}

int main(void) {
  begin_test();
  int descriptors = count_descriptors();
  echo();
  many();
  killed();
  killed_receiver();
  too_small_in_threads();
  CHECK(count_descriptors() == descriptors);
  CHECK(count_children(0) == 0);
  return 0;
}
