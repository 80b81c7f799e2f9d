/* Three ways to end.
 *
 * Main starts three children. One is done after a while and returns 3. One would go on for ever; it is asked to end, by a signal (SIGTERM)
 * that ends a program unless it has made other arrangements. One has made them, by ignoring that signal, and is killed in the end.
 *
 * What to look at: the end of each child's lane, with how it ended: 3, -15, -9 (a negative number is a signal). Main's waits for each of
 * them; the one for the stubborn child is given up once, when its time runs out.
 * What to try: give the stubborn one a handler that ends its loop, and let it return 0.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: ended finishing 3
 * expect: ended obedient -15
 * expect: ended stubborn -9
 * expect: state finishing blocked 350 -
 * expect: state main wait-process 900 -
 */
#include <heddle/heddle.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int finish(void *unused) {
  usleep(400000);
  return 3;
}

static int work_on(void *unused) {
  for (;;) usleep(50000);
  return 0;
}

static int work_on_regardless(void *unused) {
  signal(SIGTERM, SIG_IGN);
  return work_on(NULL);
}

int main(void) {
  struct hd_process finishing, obedient, stubborn;
  int code;
  hd_process_create(&finishing, finish, NULL, "finishing");
  hd_process_create(&obedient, work_on, NULL, "obedient");
  hd_process_create(&stubborn, work_on_regardless, NULL, "stubborn");
  hd_process_join(&finishing);
  hd_process_join_timed(&obedient, 300 * HD_MILLISECOND_NS);
  hd_process_terminate(&obedient);
  hd_process_join(&obedient);
  hd_process_terminate(&stubborn);
  if (hd_process_join_timed(&stubborn, 300 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) hd_process_kill(&stubborn);
  hd_process_join(&stubborn);
  if (hd_process_exit_code(&finishing, &code) == HD_OK) printf("finishing returned %d\n", code);
  return 0;
}
