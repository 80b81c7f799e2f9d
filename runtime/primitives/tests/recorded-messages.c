/* Pipes, a process queue and child programs, to be recorded: each direction of a pipe is an object of its own, each wait a state of its own
 * kind, each child a process, also one that is linked statically and says nothing itself.
 *
 * expect: exit 5
 * expect: lost 0
 * expect: processes 8
 * expect: actor process reader
 * expect: actor process customer
 * expect: actor process sh
 * expect: actor process sleep
 * expect: actor process silent
 * expect: objects pipe 6
 * expect: misuse -1023 1
 * expect: misuse -1026 1
 * expect: objects queue 2
 * expect: passed 30 30 words
 * expect: passed 1 1 talk 1>2
 * expect: passed 1 1 talk 2>1
 * expect: passed 1 1 orders
 * expect: passed 1 1 meals
 * expect: state main wait-pipe 250 -
 * expect: state main wait-queue 100 -
 * expect: state main wait-process 250 -
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include "check.h"
#include <string.h>

static struct hd_pipe words, words_sender, first, second;
static struct hd_process_queue *orders, *meals;
static char text[20000];

/* Reads late: the sender finds the pipe full. Answers late: the sender waits. */
static int read_words(void *unused) {
  size_t bytes;
  hd_pipe_close(&words_sender);
  hd_pipe_close(&first);
  usleep(150000);
  while (hd_pipe_receive(&words, text, sizeof text, &bytes) == HD_OK) {}
  usleep(150000);
  CHECK_OK(hd_pipe_send(&second, "read", 4));
  CHECK_OK(hd_pipe_receive(&second, text, sizeof text, &bytes));
  return 0;
}

static int eat(void *unused) {
  size_t bytes;
  CHECK_OK(hd_process_queue_get(orders, text, sizeof text, &bytes));
  usleep(150000);
  CHECK_OK(hd_process_queue_put(meals, text, bytes));
  CHECK_OK(hd_process_queue_task_done(orders));
  return 0;
}

static void use_pipes(void) {
  struct hd_process reader;
  size_t bytes;
  CHECK_OK(hd_pipe_create_one_way(&words, &words_sender, "words"));
  CHECK_OK(hd_pipe_create(&first, &second, "talk"));
  CHECK_OK(hd_process_create(&reader, read_words, NULL, "reader"));
  hd_pipe_close(&words);
  hd_pipe_close(&second);
  for (int i = 0; i < 30; i++) CHECK_OK(hd_pipe_send(&words_sender, text, sizeof text));
  hd_pipe_close(&words_sender);
  CHECK_OK(hd_pipe_receive(&first, text, sizeof text, &bytes));
  CHECK_OK(hd_pipe_send(&first, "thanks", 6));
  CHECK_OK(hd_process_join(&reader));
  hd_process_release(&reader);
  hd_pipe_close(&first);
  CHECK_ERROR(hd_pipe_send(&first, "too late", 8), HD_ERROR_CLOSED);
}

static void use_queues(void) {
  struct hd_process customer;
  size_t bytes;
  CHECK_OK(hd_process_queue_new(&orders, 2, 1000, "orders"));
  CHECK_OK(hd_process_queue_new(&meals, 2, 1000, "meals"));
  CHECK_OK(hd_process_create(&customer, eat, NULL, "customer"));
  CHECK_OK(hd_process_queue_put(orders, "soup", 4));
  CHECK_OK(hd_process_queue_get(meals, text, sizeof text, &bytes));
  CHECK(bytes == 4 && memcmp(text, "soup", 4) == 0);
  CHECK_OK(hd_process_queue_join(orders));
  CHECK_OK(hd_process_join(&customer));
  hd_process_release(&customer);
  CHECK_ERROR(hd_process_queue_task_done(orders), HD_ERROR_ALL_DONE);
}

/* The silent program lies beside this one. */
static void use_programs(const char *self) {
  struct hd_subprocess_result result;
  struct hd_subprocess silent;
  CHECK_OK(
      hd_subprocess_run((&(struct hd_subprocess_options){.shell = "sleep 0.1; cat; exit 3", .text = "x", .text_bytes = 1, .capture = true}),
                        HD_FOREVER, &result));
  CHECK(result.return_code == 3 && strcmp(result.output, "x") == 0);
  hd_subprocess_result_free(&result);
  CHECK_ERROR(hd_subprocess_run((&(struct hd_subprocess_options){.arguments = (const char *const[]){"sleep", "100", NULL}}),
                                150 * HD_MILLISECOND_NS, &result),
              HD_ERROR_TIMEOUT);
  char path[4096];
  const char *slash = strrchr(self, '/');
  CHECK(snprintf(path, sizeof path, "%.*s/silent", slash ? (int)(slash - self) : 1, slash ? self : ".") < (int)sizeof path);
  CHECK_OK(hd_subprocess_spawn(&silent, (&(struct hd_subprocess_options){.arguments = (const char *const[]){path, "12", NULL}})));
  int code;
  CHECK_OK(hd_subprocess_wait(&silent, &code));
  CHECK(code == 12);
  hd_subprocess_release(&silent);
}

int main(int argc, char **argv) {
  use_pipes();
  use_queues();
  use_programs(argv[0]);
  return 5;
}
