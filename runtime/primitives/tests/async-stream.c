/* Async streams: reading, writing, the end of a file, back-pressure, cancellation, misuse. */
#include "async.h"
#include <fcntl.h>
#include <heddle/timeout.h>

static void pair(struct hd_async_stream ends[2]) { CHECK_OK(hd_async_stream_pair(&ends[0], &ends[1])); }
static void release(struct hd_async_stream ends[2]) {
  hd_async_stream_release(&ends[0]);
  hd_async_stream_release(&ends[1]);
}
static void say(struct hd_async_stream *stream, const char *text) { CHECK_OK(hd_async_stream_write(stream, text, strlen(text))); }

static int reads_what_there_is(void *unused, void *result) {
  struct hd_async_stream ends[2];
  char buffer[16];
  size_t bytes = 77;
  pair(ends);
  say(&ends[0], "hello");
  CHECK_OK(hd_async_stream_read(&ends[1], buffer, 2, &bytes));
  CHECK(bytes == 2 && memcmp(buffer, "he", 2) == 0);
  CHECK_OK(hd_async_stream_read(&ends[1], buffer, sizeof buffer, &bytes));
  CHECK(bytes == 3 && memcmp(buffer, "llo", 3) == 0);
  CHECK_ERROR(hd_async_stream_read(&ends[1], buffer, 0, &bytes), HD_ERROR_INVALID);
  CHECK_OK(hd_async_stream_write(&ends[0], NULL, 0)); /* nothing is no message */
  say(&ends[1], "back");
  CHECK_OK(hd_async_stream_read_exactly(&ends[0], buffer, 4, NULL));
  CHECK(memcmp(buffer, "back", 4) == 0);
  release(ends);
  return 0;
}

static int the_end(void *unused, void *result) {
  struct hd_async_stream ends[2];
  char buffer[16], *all;
  size_t bytes;
  pair(ends);
  say(&ends[0], "abc");
  CHECK_OK(hd_async_stream_write_end(&ends[0]));
  CHECK_ERROR(hd_async_stream_write(&ends[0], "x", 1), HD_ERROR_CLOSED);
  CHECK(!hd_async_stream_is_at_end(&ends[1]));
  CHECK_ERROR(hd_async_stream_read_exactly(&ends[1], buffer, 5, &bytes), HD_ERROR_END_OF_FILE);
  CHECK(bytes == 3 && memcmp(buffer, "abc", 3) == 0);
  CHECK(hd_async_stream_is_at_end(&ends[1]));
  for (int i = 0; i < 2; i++) {
    CHECK_ERROR(hd_async_stream_read(&ends[1], buffer, sizeof buffer, &bytes), HD_ERROR_END_OF_FILE);
    CHECK(bytes == 0);
  }
  CHECK_ERROR(hd_async_stream_read_exactly(&ends[1], buffer, 1, &bytes), HD_ERROR_END_OF_FILE);
  CHECK_OK(hd_async_stream_read_exactly(&ends[1], buffer, 0, &bytes)); /* nothing can always be had */
  CHECK_OK(hd_async_stream_read_all(&ends[1], &all, &bytes));
  CHECK(bytes == 0 && *all == 0);
  free(all);
  say(&ends[1], "still"); /* the other direction is open */
  hd_async_stream_close(&ends[1]);
  CHECK_OK(hd_async_stream_read_all(&ends[0], &all, &bytes));
  CHECK(bytes == 5 && strcmp(all, "still") == 0);
  free(all);
  release(ends);
  return 0;
}

static int lines(void *unused, void *result) {
  struct hd_async_stream ends[2];
  char buffer[16];
  size_t bytes;
  pair(ends);
  say(&ends[0], "one\n\ntwo\r\n---three");
  CHECK_OK(hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes));
  CHECK(bytes == 4 && strcmp(buffer, "one\n") == 0);
  CHECK_OK(hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes));
  CHECK(bytes == 1 && strcmp(buffer, "\n") == 0);
  CHECK_ERROR(hd_async_stream_read_until(&ends[1], "", buffer, sizeof buffer, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_stream_read_until(&ends[1], "---", buffer, 8, &bytes), HD_ERROR_TOO_SMALL); /* it and a zero are nine */
  CHECK(bytes == 0);
  CHECK_OK(hd_async_stream_read_until(&ends[1], "---", buffer, 9, &bytes));
  CHECK(bytes == 8 && strcmp(buffer, "two\r\n---") == 0);
  CHECK_ERROR(hd_async_stream_read_line(&ends[1], buffer, 5, &bytes), HD_ERROR_TOO_SMALL); /* whatever may follow */
  CHECK_OK(hd_async_stream_write_end(&ends[0]));
  CHECK_ERROR(hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes), HD_ERROR_END_OF_FILE);
  CHECK(bytes == 5 && strcmp(buffer, "three") == 0);
  CHECK_ERROR(hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes), HD_ERROR_END_OF_FILE);
  CHECK(bytes == 0 && *buffer == 0);
  release(ends);
  return 0;
}

/* A separator that arrives byte by byte, with false beginnings before it. */
static int drip(void *stream, void *result) {
  for (const char *text = "aab-a--ab--x"; *text; text++) {
    CHECK_OK(hd_async_stream_write(stream, text, 1));
    CHECK_OK(hd_task_sleep(0));
  }
  return 0;
}
static int a_separator_in_pieces(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task writer;
  char buffer[32];
  size_t bytes;
  pair(ends);
  CHECK_OK(hd_task_create(&writer, drip, &ends[0], 0, 0, "writer"));
  CHECK_OK(hd_async_stream_read_until(&ends[1], "ab--", buffer, sizeof buffer, &bytes));
  CHECK(bytes == 11 && strcmp(buffer, "aab-a--ab--") == 0);
  CHECK_OK(hd_await(&writer, NULL));
  hd_task_release(&writer);
  release(ends);
  return 0;
}

/* Much more than a socket takes at once: the writer waits for the reader, and every byte arrives in its place. */
#define MUCH (3u << 20)
static int write_much(void *stream, void *result) {
  unsigned char *data = malloc(MUCH);
  for (size_t i = 0; i < MUCH; i++) data[i] = (unsigned char)(i * 2654435761u >> 13);
  CHECK_OK(hd_async_stream_write(stream, data, MUCH));
  note("written");
  CHECK_OK(hd_async_stream_write_end(stream));
  free(data);
  return 0;
}
static int back_pressure(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task writer;
  char *data;
  size_t bytes;
  pair(ends);
  CHECK_OK(hd_task_create(&writer, write_much, &ends[0], 0, 0, "writer"));
  rounds(20);
  note("read");
  CHECK_OK(hd_async_stream_read_all(&ends[1], &data, &bytes));
  CHECK_HAPPENED("read written");
  CHECK(bytes == MUCH);
  for (size_t i = 0; i < MUCH; i++) CHECK((unsigned char)data[i] == (unsigned char)(i * 2654435761u >> 13));
  free(data);
  CHECK_OK(hd_await(&writer, NULL));
  hd_task_release(&writer);
  release(ends);
  return 0;
}

/* Writes of several tasks do not mix, though none fits at once; and they have their turns in the order of their coming. */
enum { WRITERS = 4, PART = 300000 };
struct part {
  struct hd_async_stream *stream;
  char letter;
};
static int write_part(void *argument, void *result) {
  const struct part *part = argument;
  char *data = malloc(PART);
  memset(data, part->letter, PART);
  int error = hd_async_stream_write(part->stream, data, PART);
  free(data);
  return error;
}
static int turns(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task writers[WRITERS];
  pair(ends);
  for (int i = 0; i < WRITERS; i++) {
    struct part part = {&ends[0], (char)('a' + i)};
    CHECK_OK(hd_task_create(&writers[i], write_part, &part, sizeof part, 0, "writer"));
  }
  rounds(5);
  CHECK_OK(hd_task_cancel(&writers[2])); /* one that waits for its turn: nothing of it is written */
  char *data = malloc(PART);
  for (int i = 0; i < WRITERS; i++) {
    if (i == 2) continue;
    CHECK_OK(hd_async_stream_read_exactly(&ends[1], data, PART, NULL));
    for (int k = 0; k < PART; k++) CHECK(data[k] == 'a' + i);
  }
  free(data);
  for (int i = 0; i < WRITERS; i++) {
    CHECK_ERROR(hd_await(&writers[i], NULL), i == 2 ? HD_ERROR_CANCELLED : HD_OK);
    hd_task_release(&writers[i]);
  }
  release(ends);
  return 0;
}

/* A cancelled read has lost nothing. */
static int read_ten(void *stream, void *result) {
  size_t got = 99;
  char buffer[10];
  int error = hd_async_stream_read_exactly(stream, buffer, sizeof buffer, &got);
  CHECK(error == HD_ERROR_CANCELLED && got == 0);
  return error;
}
static int cancelled_reads(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task reader;
  char buffer[16];
  size_t bytes;
  pair(ends);
  say(&ends[0], "12345");
  CHECK_OK(hd_task_create(&reader, read_ten, &ends[1], 0, 0, "reader"));
  rounds(5);
  CHECK_OK(hd_task_cancel(&reader));
  CHECK_ERROR(hd_await(&reader, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&reader);
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS));
  int error = hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes);
  CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
  say(&ends[0], "6789\n");
  CHECK_OK(hd_async_stream_read_line(&ends[1], buffer, sizeof buffer, &bytes));
  CHECK(strcmp(buffer, "123456789\n") == 0);
  release(ends);
  return 0;
}

static int read_some(void *stream, void *result) {
  char buffer[4];
  return hd_async_stream_read(stream, buffer, sizeof buffer, result);
}
static int write_until_stopped(void *stream, void *result) {
  static const char data[MUCH];
  return hd_async_stream_write(stream, data, sizeof data);
}
/* Who waits learns that it was closed, readers and all that write. */
static int closing(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task tasks[3];
  char buffer[4];
  size_t bytes;
  int error;
  pair(ends);
  CHECK_OK(hd_task_create(&tasks[0], read_some, &ends[0], 0, sizeof(size_t), "reader"));
  CHECK_OK(hd_task_create(&tasks[1], write_until_stopped, &ends[0], 0, 0, "writer"));
  CHECK_OK(hd_task_create(&tasks[2], write_until_stopped, &ends[0], 0, 0, "next writer"));
  rounds(5);
  CHECK_ERROR(hd_async_stream_read(&ends[0], buffer, sizeof buffer, &bytes), HD_ERROR_BUSY);
  CHECK(hd_async_stream_descriptor(&ends[0]) >= 0);
  hd_async_stream_close(&ends[0]);
  hd_async_stream_close(&ends[0]);
  CHECK(hd_async_stream_is_closed(&ends[0]) && hd_async_stream_descriptor(&ends[0]) == -1);
  for (int i = 0; i < 3; i++) {
    CHECK_ERROR(hd_await(&tasks[i], NULL), HD_ERROR_JOB_FAILED);
    CHECK_OK(hd_task_error(&tasks[i], &error));
    CHECK(error == HD_ERROR_CLOSED);
    hd_task_release(&tasks[i]);
  }
  CHECK_ERROR(hd_async_stream_read(&ends[0], buffer, sizeof buffer, &bytes), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_async_stream_write(&ends[0], "x", 1), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_async_stream_write_end(&ends[0]), HD_ERROR_CLOSED);
  release(ends);
  return 0;
}

/* The other side is gone: a writer that waits learns it, and no signal ends the program. */
static int the_other_side_closes(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task writer;
  int error;
  pair(ends);
  CHECK_OK(hd_task_create(&writer, write_until_stopped, &ends[0], 0, 0, "writer"));
  rounds(5);
  hd_async_stream_release(&ends[1]);
  CHECK_ERROR(hd_await(&writer, NULL), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_error(&writer, &error));
  CHECK(error == HD_ERROR_CLOSED);
  hd_task_release(&writer);
  hd_async_stream_release(&ends[0]);
  hd_async_stream_release(&ends[0]); /* an empty handle */
  return 0;
}

static int pipes(void *unused, void *result) {
  int both[2];
  struct hd_async_stream reader, writer, second;
  char buffer[8];
  size_t bytes;
  CHECK(pipe(both) == 0);
  CHECK_OK(hd_async_stream_open(&reader, both[0]));
  CHECK_OK(hd_async_stream_open(&writer, both[1]));
  CHECK_ERROR(hd_async_stream_open(&second, both[0]), HD_ERROR_INVALID); /* it has its stream */
  hd_async_stream_copy(&reader, &second);
  hd_async_stream_release(&reader);
  say(&writer, "pipe");
  CHECK_OK(hd_async_stream_write_end(&writer)); /* closes it */
  CHECK(hd_async_stream_is_closed(&writer));
  CHECK_OK(hd_async_stream_read(&second, buffer, sizeof buffer, &bytes));
  CHECK(bytes == 4 && memcmp(buffer, "pipe", 4) == 0);
  CHECK_ERROR(hd_async_stream_read(&second, buffer, sizeof buffer, &bytes), HD_ERROR_END_OF_FILE);
  hd_async_stream_release(&writer);
  hd_async_stream_release(&second);
  CHECK(pipe(both) == 0);
  CHECK_OK(hd_async_stream_open(&writer, both[1]));
  close(both[0]);
  CHECK_ERROR(hd_async_stream_write(&writer, "x", 1), HD_ERROR_CLOSED); /* EPIPE, and no SIGPIPE */
  hd_async_stream_release(&writer);
  int file = open("/dev/null", O_RDWR), folder = open("/tmp", O_RDONLY);
  CHECK_ERROR(hd_async_stream_open(&second, folder), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_stream_open(&second, -1), HD_ERROR_INVALID);
  close(file);
  close(folder);
  return 0;
}

/* Who finds something to read again and again does not keep the others from their turns. */
static size_t read_count;
static int read_for_ever(void *stream, void *result) {
  char byte;
  size_t bytes;
  for (;; read_count++) {
    int error = hd_async_stream_read(stream, &byte, 1, &bytes);
    if (error != HD_OK) return error;
  }
}
static int everybody_has_a_turn(void *unused, void *result) {
  struct hd_async_stream ends[2];
  struct hd_task reader;
  static const char much[20000];
  pair(ends);
  CHECK_OK(hd_async_stream_write(&ends[1], much, sizeof much));
  CHECK_OK(hd_task_create(&reader, read_for_ever, &ends[0], 0, 0, "reader"));
  rounds(3);
  CHECK(read_count > 0 && read_count < sizeof much);
  while (read_count < sizeof much) rounds(1);
  CHECK_OK(hd_task_cancel(&reader));
  CHECK_ERROR(hd_await(&reader, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&reader);
  release(ends);
  return 0;
}

/* Streams that outlive their loop are closed with it. */
static struct hd_async_stream left[2];
static int leave_them(void *unused, void *result) {
  pair(left);
  return 0;
}

static int wrong_loop(void *unused, void *result) {
  char byte;
  size_t bytes;
  CHECK_ERROR(hd_async_stream_read(&left[0], &byte, 1, &bytes), HD_ERROR_CLOSED);
  return 0;
}

/* A loop that does not run just now has streams that are open; another loop cannot wait for them. */
static int use_foreign(void *unused, void *result) {
  char byte;
  size_t bytes;
  CHECK_ERROR(hd_async_stream_read(&left[0], &byte, 1, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_stream_write(&left[0], "x", 1), HD_ERROR_INVALID);
  return 0;
}
static int use_again(void *unused, void *result) {
  char byte;
  say(&left[0], "x");
  CHECK_OK(hd_async_stream_read_exactly(&left[1], &byte, 1, NULL));
  return 0;
}
static void run_in(struct hd_loop *loop, hd_task_routine *routine) {
  struct hd_task task;
  struct hd_task_options options = {0};
  CHECK_OK(hd_task_create_in(loop, &task, routine, NULL, &options));
  CHECK_OK(hd_loop_run_until_complete(loop, &task, NULL));
  hd_task_release(&task);
}
static void two_loops(void) {
  struct hd_loop loop;
  CHECK_OK(hd_loop_new(&loop, NULL));
  run_in(&loop, leave_them);
  in_loop(use_foreign, NULL);
  run_in(&loop, use_again);
  hd_async_stream_release(&left[0]); /* while its loop does not run */
  CHECK_OK(hd_loop_close(&loop));
  CHECK(hd_async_stream_is_closed(&left[1]));
  hd_loop_release(&loop);
  hd_async_stream_release(&left[1]);
}

int main(void) {
  struct hd_async_stream ends[2];
  char byte;
  size_t bytes;
  CHECK_ERROR(hd_async_stream_pair(&ends[0], &ends[1]), HD_ERROR_NO_LOOP);
  in_loop(reads_what_there_is, NULL);
  in_loop(the_end, NULL);
  in_loop(lines, NULL);
  in_loop(a_separator_in_pieces, NULL);
  in_loop(back_pressure, NULL);
  in_loop(turns, NULL);
  in_loop(cancelled_reads, NULL);
  in_loop(closing, NULL);
  in_loop(the_other_side_closes, NULL);
  in_loop(pipes, NULL);
  in_loop(everybody_has_a_turn, NULL);
  in_loop(leave_them, NULL);
  CHECK(hd_async_stream_is_closed(&left[0]));
  CHECK_ERROR(hd_async_stream_read(&left[0], &byte, 1, &bytes), HD_ERROR_NO_TASK);
  in_loop(wrong_loop, NULL);
  release(left);
  two_loops();
  return 0;
}
