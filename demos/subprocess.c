/* Other programs as children.
 *
 * First a shell lists a directory and ends. Then ls and sort run side by side, ls's output being sort's input. Then a shell gets ten
 * megabytes on its input and gives them back: both pipes are full all the time, so the parent must write and read at once, which
 * communicate does. Last a program that sleeps for too long: after half a second it is killed.
 *
 * What to look at: every child is a process of its own, with its exit code at the end of its lane, the last one killed by its parent
 * (signal 9). None of these programs knows of Heddle. Their pipes are objects with both users: where sort waits for ls, the wait ends at
 * ls's end.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actor process sh
 * expect: actor process ls
 * expect: actor process sort
 * expect: actor process sleep
 * expect: state main wait-process 500 -
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
  struct hd_subprocess ls, sort;
  struct hd_subprocess_result result = {0};
  hd_subprocess_spawn(&ls, (&(struct hd_subprocess_options){.arguments = ARGUMENTS("ls", "/usr/bin"), .output = HD_STREAM_PIPE}));
  hd_subprocess_spawn(&sort, (&(struct hd_subprocess_options){.arguments = ARGUMENTS("sort", "-r"),
                                                              .input = hd_subprocess_descriptor(&ls, HD_SUBPROCESS_OUTPUT),
                                                              .output = HD_STREAM_PIPE}));
  hd_subprocess_close(&ls, HD_SUBPROCESS_OUTPUT); /* only sort reads it now */
  hd_subprocess_communicate(&sort, NULL, 0, HD_FOREVER, &result);
  hd_subprocess_wait(&ls, NULL);
  printf("sort wrote %zu bytes\n", result.output_bytes);
  hd_subprocess_result_free(&result);
  hd_subprocess_release(&sort);
  hd_subprocess_release(&ls);
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
