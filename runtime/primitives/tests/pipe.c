/* Message pipes, what one end sees of the other: what CPython's _test_multiprocessing holds to be the behaviour of connections. */
#include "begin-test.h"
#include "pipe-check.h"
#include <errno.h>
#include <poll.h>

#define BIG_BYTES ((size_t)10 << 20)

static void duplex(void) {
  struct hd_pipe first, second;
  char text[64];
  size_t bytes;
  CHECK_OK(hd_pipe_create(&first, &second, "duplex"));
  CHECK_OK(hd_pipe_send(&first, "ping", 4));
  CHECK_OK(hd_pipe_send(&first, "", 0));
  CHECK_OK(hd_pipe_send(&second, "pong!", 5));
  CHECK_OK(hd_pipe_receive(&second, text, sizeof text, &bytes));
  CHECK(bytes == 4 && memcmp(text, "ping", 4) == 0);
  CHECK_OK(hd_pipe_receive(&second, text, sizeof text, &bytes));
  CHECK(bytes == 0); /* an empty message is one, not the end */
  CHECK_OK(hd_pipe_receive(&first, text, 5, &bytes));
  CHECK(bytes == 5 && memcmp(text, "pong!", 5) == 0);
  CHECK_ERROR(hd_pipe_receive_timed(&first, text, sizeof text, 0, &bytes), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_pipe_receive_timed(&first, text, sizeof text, SHORT_NS, &bytes), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_pipe_receive_timed(&first, text, sizeof text, -3, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_pipe_send(&first, NULL, 3), HD_ERROR_INVALID);
  hd_pipe_close(&first);
  hd_pipe_close(&second);
  hd_pipe_close(&second);
}

static void one_way(void) {
  struct hd_pipe receiver, sender;
  char text[8];
  size_t bytes;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  CHECK_ERROR(hd_pipe_send(&receiver, "x", 1), HD_ERROR_INVALID);
  CHECK_ERROR(hd_pipe_receive(&sender, text, sizeof text, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_pipe_poll(&sender, 0), HD_ERROR_INVALID);
  CHECK_OK(hd_pipe_send(&sender, "x", 1));
  CHECK_OK(hd_pipe_receive(&receiver, text, sizeof text, &bytes));
  CHECK(bytes == 1 && text[0] == 'x');
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
}

static void closed_ends(void) {
  struct hd_pipe first, second;
  char text[8];
  size_t bytes;
  CHECK_OK(hd_pipe_create(&first, &second, NULL));
  CHECK_OK(hd_pipe_send(&first, "last", 4));
  CHECK_OK(hd_pipe_send(&second, "unread", 6)); /* the end below is closed with this in it, which must not spoil the other direction */
  hd_pipe_close(&first);
  CHECK_OK(hd_pipe_poll(&second, HD_FOREVER));
  CHECK_OK(hd_pipe_receive(&second, text, sizeof text, &bytes));
  CHECK(bytes == 4);
  CHECK_OK(hd_pipe_poll(&second, HD_FOREVER)); /* the end of file would not wait */
  for (int i = 0; i < 3; i++) CHECK_ERROR(hd_pipe_receive(&second, text, sizeof text, &bytes), HD_ERROR_END_OF_FILE);
  for (int i = 0; i < 3; i++) CHECK_ERROR(hd_pipe_send(&second, "x", 1), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_pipe_send(&first, "x", 1), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_pipe_receive(&first, text, sizeof text, &bytes), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_pipe_poll(&first, 0), HD_ERROR_CLOSED);
  CHECK(hd_pipe_descriptor(&first) == -1);
  sigset_t pending;
  CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGPIPE));
  hd_pipe_close(&second);
}

static void sizes(void) {
  static const size_t sizes[] = {1, 100, 4095, 16368, 16383, 16384, 16385, 65536, 1000003, BIG_BYTES};
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  char *buffer = malloc(BIG_BYTES);
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t bytes = 0;
    char *message = message_of(sizes[i], i), *received;
    CHECK_OK(hd_pipe_send_timed(&sender, message, sizes[i], LONG_NS));
    CHECK_OK(hd_pipe_receive(&receiver, buffer, BIG_BYTES, &bytes));
    CHECK(bytes == sizes[i] && is_message_of(buffer, bytes, i));
    CHECK_OK(hd_pipe_send_timed(&sender, message, sizes[i], LONG_NS));
    CHECK_OK(hd_pipe_receive_new(&receiver, (void **)&received, &bytes));
    CHECK(bytes == sizes[i] && is_message_of(received, bytes, i) && received[bytes] == 0);
    free(received);
    free(message);
  }
  free(buffer);
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
}

static void too_small(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  static const size_t sizes[] = {5, 5000, 16385, 200000};
  for (unsigned i = 0; i < 4; i++) {
    char *message = message_of(sizes[i], i), *buffer = malloc(sizes[i]);
    size_t bytes;
    CHECK_OK(hd_pipe_send(&sender, message, sizes[i]));
    CHECK_OK(hd_pipe_send(&sender, "next", 4));
    for (size_t room = 0; room < 3; room++) {
      CHECK_ERROR(hd_pipe_receive(&receiver, buffer, sizes[i] * room / 3, &bytes), HD_ERROR_TOO_SMALL);
      CHECK(bytes == sizes[i]);
      CHECK_OK(hd_pipe_poll(&receiver, 0));
    }
    IN_CHILD(child) { /* it has no part in a message that its parent has already received, but its own share of the pipe */
      CHECK_OK(hd_pipe_receive_timed(&receiver, buffer, sizes[i], LONG_NS, &bytes));
      CHECK(bytes == 4 && memcmp(buffer, "next", 4) == 0);
      _exit(0);
    }
    ends_well(child);
    CHECK_OK(hd_pipe_receive(&receiver, buffer, sizes[i], &bytes));
    CHECK(bytes == sizes[i] && is_message_of(buffer, bytes, i));
    free(message);
    free(buffer);
  }
  CHECK_OK(hd_pipe_send(&sender, "lies there", 10));
  size_t bytes;
  CHECK_ERROR(hd_pipe_receive(&receiver, NULL, 0, &bytes), HD_ERROR_TOO_SMALL);
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver); /* with a message kept */
}

static void full(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  char *message = message_of(16384, 1);
  int sent = 0, error, received = 0;
  while ((error = hd_pipe_send_timed(&sender, message, 16384, 0)) == HD_OK) sent++;
  CHECK_ERROR(error, HD_ERROR_TIMEOUT);
  CHECK(sent >= 4 && sent < 100);
  CHECK_ERROR(hd_pipe_send_timed(&sender, message, BIG_BYTES > 16384 ? 16384 : 1, SHORT_NS), HD_ERROR_TIMEOUT);
  IN_CHILD(child) {
    hd_pipe_close(&receiver);
    CHECK_OK(hd_pipe_send(&sender, message, 16384)); /* waits until there is room */
    _exit(0);
  }
  hd_pipe_close(&sender);
  size_t bytes;
  while ((error = hd_pipe_receive(&receiver, message, 16384, &bytes)) == HD_OK) received++;
  CHECK_ERROR(error, HD_ERROR_END_OF_FILE);
  CHECK(received == sent + 1);
  ends_well(child);
  hd_pipe_close(&receiver);
  free(message);
}

/* A sender waits for room, and all receivers go away. */
static void closed_while_full(void) {
  struct hd_pipe receiver, sender;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  IN_CHILD(child) {
    hd_pipe_close(&receiver);
    int error;
    while ((error = hd_pipe_send(&sender, "fill", 4)) == HD_OK) {}
    CHECK_ERROR(error, HD_ERROR_CLOSED);
    _exit(0);
  }
  UNTIL(hd_pipe_poll(&receiver, 0) == HD_OK);
  usleep(50000); /* mostly it sleeps by then; if not, the result is the same */
  hd_pipe_close(&receiver);
  hd_pipe_close(&sender);
  ends_well(child);
}

static void polls(void) {
  struct hd_pipe first, second;
  CHECK_OK(hd_pipe_create(&first, &second, NULL));
  CHECK_ERROR(hd_pipe_poll(&first, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_pipe_poll(&first, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_pipe_poll(&first, -2), HD_ERROR_INVALID);
  IN_CHILD(child) {
    usleep(50000);
    CHECK_OK(hd_pipe_send(&second, "x", 1));
    _exit(0);
  }
  struct pollfd polled = {.fd = hd_pipe_descriptor(&first), .events = POLLIN};
  CHECK(poll(&polled, 1, 60000) == 1);
  CHECK_OK(hd_pipe_poll(&first, HD_FOREVER));
  CHECK_OK(hd_pipe_poll(&first, 0));
  ends_well(child);
  hd_pipe_close(&first);
  hd_pipe_close(&second);
}

/* A large message needs a descriptor at both ends, for a moment. */
static void no_descriptors(void) {
  struct hd_pipe receiver, sender;
  void *received;
  size_t bytes;
  CHECK_OK(hd_pipe_create_one_way(&receiver, &sender, NULL));
  char *message = message_of(100000, 3);
  CHECK_OK(hd_pipe_send(&sender, message, 100000));
  struct rlimit limit = limit_descriptors(0);
  struct hd_pipe first, second;
  int made = hd_pipe_create(&first, &second, NULL), sent = hd_pipe_send(&sender, message, 100000);
  int got = hd_pipe_receive_new(&receiver, &received, &bytes);
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK_ERROR(made, HD_ERROR_NO_RESOURCES);
  CHECK_ERROR(sent, HD_ERROR_NO_RESOURCES);
  CHECK_ERROR(got, HD_ERROR_NO_RESOURCES);
  hd_pipe_close(&first);
  CHECK_OK(hd_pipe_send(&sender, message, 100000)); /* only the one is lost */
  CHECK_OK(hd_pipe_receive_new(&receiver, &received, &bytes));
  CHECK(bytes == 100000 && is_message_of(received, bytes, 3));
  free(received);
  free(message);
  hd_pipe_close(&sender);
  hd_pipe_close(&receiver);
}

static void errno_is_kept(void) {
  struct hd_pipe first, second;
  errno = 77;
  CHECK_OK(hd_pipe_create(&first, &second, NULL));
  CHECK_ERROR(hd_pipe_poll(&first, 0), HD_ERROR_TIMEOUT);
  hd_pipe_close(&second);
  CHECK_ERROR(hd_pipe_send(&first, "x", 1), HD_ERROR_CLOSED);
  hd_pipe_close(&first);
  CHECK(errno == 77);
}

int main(void) {
  begin_test();
  int descriptors = count_descriptors();
  duplex();
  one_way();
  closed_ends();
  sizes();
  too_small();
  full();
  closed_while_full();
  polls();
  no_descriptors();
  errno_is_kept();
  CHECK(count_descriptors() == descriptors);
  CHECK(count_children(0) == 0);
  return 0;
}
