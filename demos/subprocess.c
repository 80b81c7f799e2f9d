/* Other programs as children.
 *
 * First a shell has ls list a directory. Then a shell and wc run side by side: what the one writes, a word every tenth of a second, the
 * other counts. Then cat gets ten megabytes and gives them back: both of its pipes are full all the time, so the parent must write and read
 * at once, which hd_subprocess_run does. Last a program that sleeps for too long: after half a second it is killed.
 *
 * What to look at: every child is a process of its own, with its exit code at the end of its lane; the last one was killed. None of these
 * programs knows of Heddle. Pipes are objects with both users: wc's waits end when the shell writes, the last one when it ends.
 * What to try: read all of cat's output only after all of its input was written, by hd_subprocess_write and hd_subprocess_read.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actor process sh
 * expect: actor process ls
 * expect: actor process wc
 * expect: actor process sleep
 * expect: state wc wait-pipe 250 -
 * expect: state main wait-process 800 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define BIG_BYTES ((size_t)10 << 20)

static void list_directory(void) {
  struct hd_subprocess_options options = {.shell = "cd /; ls -d [a-c]*", .capture = true, .check = true};
  struct hd_subprocess_result result;
  if (hd_subprocess_run(&options, HD_FOREVER, &result) == HD_OK) printf("the shell found:\n%s", result.output);
  hd_subprocess_result_free(&result);
}

static void run_pipeline(void) {
  struct hd_subprocess writer, counter;
  struct hd_subprocess_result result = {0};
  struct hd_subprocess_options words = {.shell = "for word in pear fig plum apple; do echo $word; sleep 0.1; done",
                                        .output = HD_STREAM_PIPE};
  hd_subprocess_spawn(&writer, &words);
  struct hd_subprocess_options counting = {
      .arguments = ARGUMENTS("wc", "-w"), .input = hd_subprocess_descriptor(&writer, HD_SUBPROCESS_OUTPUT), .output = HD_STREAM_PIPE};
  hd_subprocess_spawn(&counter, &counting);
  hd_subprocess_close(&writer, HD_SUBPROCESS_OUTPUT); /* only wc reads it now */
  hd_subprocess_communicate(&counter, NULL, 0, HD_FOREVER, &result);
  hd_subprocess_wait(&writer, NULL);
  printf("wc counted %s", result.output);
  hd_subprocess_result_free(&result);
  hd_subprocess_release(&counter);
  hd_subprocess_release(&writer);
}

static void send_and_receive_much(void) {
  char *text = calloc(1, BIG_BYTES);
  struct hd_subprocess_options options = {.arguments = ARGUMENTS("cat"), .text = text, .text_bytes = BIG_BYTES, .capture = true};
  struct hd_subprocess_result result;
  hd_subprocess_run(&options, HD_FOREVER, &result);
  printf("cat gave %zu bytes back\n", result.output_bytes);
  hd_subprocess_result_free(&result);
  free(text);
}

static void lose_patience(void) {
  struct hd_subprocess_options options = {.arguments = ARGUMENTS("sleep", "60")};
  struct hd_subprocess_result result;
  int error = hd_subprocess_run(&options, 500 * HD_MILLISECOND_NS, &result);
  printf("sleep: %s, return code %d\n", hd_error_text(error), result.return_code);
  hd_subprocess_result_free(&result);
}

int main(void) {
  list_directory();
  run_pipeline();
  send_and_receive_much();
  lose_patience();
  return 0;
}
