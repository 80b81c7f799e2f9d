/* A deadlock across processes.
 *
 * Verona has two houses, each a process, and two locks in memory that they share. Montague takes the square and wants the church; Capulet
 * takes the church and wants the square. Neither process is at fault alone; a debugger attached to one of them shows a thread that waits.
 *
 * What to look at: the two waits, in two processes, and the arrows between them. Each lock's lane shows who holds it: the same lock
 * for both, whatever its address in each process.
 * What to try: let both take the square first.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: processes 3
 * expect: ended montague -9
 * expect: ended capulet -9
 * expect: objects lock 2
 * expect: finding deadlock occurred montague,capulet
 * expect: state montague wait-lock 700 -
 * expect: state capulet wait-lock 700 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static struct verona { struct hd_process_lock square, church; } * verona;

static int montague(void *unused) {
  hd_process_lock_acquire(&verona->square);
  usleep(300000);
  hd_process_lock_acquire(&verona->church);
  hd_process_lock_release(&verona->church);
  hd_process_lock_release(&verona->square);
  return 0;
}

static int capulet(void *unused) {
  hd_process_lock_acquire(&verona->church);
  usleep(300000);
  hd_process_lock_acquire(&verona->square);
  hd_process_lock_release(&verona->square);
  hd_process_lock_release(&verona->church);
  return 0;
}

int main(void) {
  struct hd_process houses[2];
  verona = hd_process_memory_new(sizeof *verona);
  hd_process_lock_init(&verona->square, "square");
  hd_process_lock_init(&verona->church, "church");
  hd_process_create(&houses[0], montague, NULL, "montague");
  hd_process_create(&houses[1], capulet, NULL, "capulet");
  if (hd_process_join_timed(&houses[0], 1300 * HD_MILLISECOND_NS) != HD_ERROR_TIMEOUT) return 0;
  fputs("deadlock: the houses wait for each other; the prince ends it\n", stderr);
  for (int i = 0; i < 2; i++) hd_process_kill(&houses[i]);
  for (int i = 0; i < 2; i++) hd_process_join(&houses[i]);
  return 1;
}
