/* A joinable queue: waiting until all is done, not only until all is taken.
 *
 * The office puts twelve letters into a queue. Three translators, processes of their own, take them out, translate each (200 ms), and tell
 * the queue that it is done. The office joins the queue: it waits until every letter has been told done.
 *
 * What to look at: the queue is empty long before the office goes on. Its wait ends at the last "done", not at the last get. The
 * translators do not end by themselves: they wait for more until the queue is shut down. What to try: let a translator forget to tell that
 * a letter is done. The office waits for ever.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: actor process translator-3
 * expect: objects queue 1
 * expect: passed 12 12 letters
 * expect: state main wait-queue 700 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static struct hd_process_queue *letters;

static int translate(void *unused) {
  char letter[64];
  size_t bytes;
  while (hd_process_queue_get(letters, letter, sizeof letter, &bytes) == HD_OK) {
    usleep(200000);
    hd_process_queue_task_done(letters);
  }
  return 0;
}

int main(void) {
  static const char *const names[] = {"translator-1", "translator-2", "translator-3"};
  struct hd_process translators[3];
  hd_process_queue_new(&letters, 0, 4096, "letters");
  for (int i = 0; i < 3; i++) hd_process_create(&translators[i], translate, NULL, names[i]);
  for (int i = 0; i < 12; i++) {
    char letter[64];
    int bytes = snprintf(letter, sizeof letter, "letter %d", i);
    hd_process_queue_put(letters, letter, (size_t)bytes);
  }
  hd_process_queue_join(letters);
  puts("all letters are translated");
  hd_process_queue_shutdown(letters, false);
  for (int i = 0; i < 3; i++) hd_process_join(&translators[i]);
  return 0;
}
